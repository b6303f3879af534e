/** Reads a result file of any size record by record: memory holds one record, not the file. */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { TextDecoder } from "node:util";
import { JSONParser } from "@streamparser/json";
import type { ColumnBuilder } from "./record-columns.ts";
import { brokenJson, headerOf, notUtf8, recordAdder } from "./result-format.ts";
import type { FileToRead, ReadContent } from "./result-format.ts";

/**
 * Pushes the file's records to `columns`; without columns the file is only checked to be JSON.
 * @throws DataError naming the record in which the file breaks, or the record that is wrong.
 */
export async function streamResultFile(file: FileToRead, columns: ColumnBuilder | undefined): Promise<ReadContent> {
  const hash = createHash("sha256");
  const decoder = new TextDecoder("utf-8", { fatal: true });
  const reader = recordReader(file.path, columns);
  for await (const chunk of createReadStream(file.absolute, { highWaterMark: 2 ** 20 })) {
    const bytes = chunk as Buffer;
    hash.update(bytes);
    reader.write(decode(decoder, bytes, file.path));
  }
  reader.write(decode(decoder, undefined, file.path));
  return { sha256: hash.digest("hex"), ...reader.end() };
}

/** The text of a chunk; the byte order mark at the very start is dropped. */
function decode(decoder: TextDecoder, bytes: Uint8Array | undefined, path: string): string {
  try {
    return bytes ? decoder.decode(bytes, { stream: true }) : decoder.decode();
  } catch (error) {
    if (error instanceof TypeError) throw notUtf8(path);
    throw error;
  }
}

interface RecordReader {
  write(text: string): void;
  end(): Omit<ReadContent, "sha256">;
}

function recordReader(path: string, columns: ColumnBuilder | undefined): RecordReader {
  const top: Record<string, unknown> = {};
  const add = columns && recordAdder(path, columns);
  let position = 0;
  let fault: unknown;
  const parser = new JSONParser({ paths: ["$.*", "$.records.*"], keepStack: false, stringBufferSize: 2 ** 16 });
  parser.onValue = ({ value, key, stack }) => {
    if (stack.length === 1) top[String(key)] = value;
    else {
      const at = ++position;
      fault ??= faultOf(() => add?.push(value, at));
    }
  };
  const parse = (step: () => void): void => {
    try {
      step();
    } catch (error) {
      const problem = error instanceof Error ? error.message : String(error);
      throw brokenJson(`${path}, record ${position + 1}`, problem, error);
    }
  };
  return {
    write: (text) => parse(() => text !== "" && !parser.isEnded && parser.write(text)),
    end() {
      parse(() => !parser.isEnded && parser.end());
      const header = headerOf(top);
      if (typeof header === "string") return { ignored: header, repeated: 0 };
      if (fault !== undefined) throw fault as Error;
      return { header, repeated: add?.repeated() ?? 0 };
    },
  };
}

function faultOf(step: () => void): unknown {
  try {
    step();
    return undefined;
  } catch (error) {
    return error;
  }
}
