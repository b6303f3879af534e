/** Where a delimited file breaks the rules its readers hold to, and how: asked only when one has been refused. */
import { isUtf8 } from "node:buffer";
import { createReadStream } from "node:fs";
import { buffer } from "node:stream/consumers";
import { plural } from "../core/plural.ts";
import { wholeLines } from "./whole-lines.ts";

export interface CsvFault {
  /** from 1, the header counted: where the row begins */
  readonly line: number;
  readonly problem: string;
}

/** The first fault; undefined where none is found. Texts stand in double quotes, doubled inside. */
export async function csvFault(path: string, delimiter: string): Promise<CsvFault | undefined> {
  const reader = rowReader(delimiter);
  let [number, end] = [0, 0];
  for await (const line of wholeLines(path)) {
    ({ number } = line);
    end = line.start + line.bytes.length + 1;
    const fault = reader.line(number, line.bytes, true);
    if (fault) return fault;
  }
  const last = await buffer(createReadStream(path, { start: end }));
  const fault = last.length > 0 ? reader.line(number + 1, last, false) : undefined;
  return fault ?? reader.end();
}

interface RowReader {
  line(number: number, bytes: Buffer, isEnded: boolean): CsvFault | undefined;
  end(): CsvFault | undefined;
}

interface RowState {
  /** where the row begins */
  line: number;
  columns: number;
  /** what stands before the next character: nothing of its field, text without or in quotes, a quote that ended it */
  place: "start" | "bare" | "quoted" | "closed";
}

function rowReader(delimiter: string): RowReader {
  let row: RowState | undefined;
  let header: number | undefined;
  let ending: string | undefined;
  const finished = (done: RowState, isCrLf: boolean | undefined): CsvFault | undefined => {
    header ??= done.columns;
    if (done.columns !== header)
      return { line: done.line, problem: `${plural(done.columns, "column")}, the header has ${header}` };
    if (isCrLf === undefined) return undefined;
    const own = isCrLf ? "CR LF" : "LF";
    ending ??= own;
    return own === ending
      ? undefined
      : { line: done.line, problem: `ends with ${own}, the lines before with ${ending}` };
  };
  return {
    line(number, bytes, isEnded) {
      if (!isUtf8(bytes)) return { line: number, problem: "it is not UTF-8" };
      const isCrLf = bytes.at(-1) === carriageReturn;
      const text = bytes.toString("latin1", startOf(bytes, number), bytes.length - (isCrLf ? 1 : 0));
      if (!row && text === "") return undefined;
      row ??= { line: number, columns: 1, place: "start" };
      const isSound = readLine(row, text, delimiter);
      if (!isSound) return { line: row.line, problem: "text after a closing quote; quotes inside a text are doubled" };
      if (row.place === "quoted") return undefined;
      const done = row;
      row = undefined;
      return finished(done, isEnded ? isCrLf : undefined);
    },
    end: () => row && { line: row.line, problem: "a quote is opened and never closed" },
  };
}

const carriageReturn = 13;

/** Behind a byte order mark. */
const startOf = (bytes: Buffer, number: number): number =>
  number === 1 && bytes.subarray(0, 3).toString("hex") === "efbbbf" ? 3 : 0;

/** False where text follows a closing quote. */
function readLine(row: RowState, text: string, delimiter: string): boolean {
  for (const character of text) {
    if (row.place === "quoted") {
      if (character === '"') row.place = "closed";
    } else if (character === delimiter) {
      row.columns++;
      row.place = "start";
    } else if (character === '"' && row.place !== "bare") row.place = "quoted";
    else if (row.place === "closed" && character !== " ") return false;
    else if (row.place === "start") row.place = "bare";
  }
  if (row.place !== "quoted") row.place = "start";
  return true;
}
