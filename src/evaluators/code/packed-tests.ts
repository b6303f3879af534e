/**
 * The hidden tests of LiveCodeBench: JSON, or base64 of zlib of a pickled string of JSON. A pickle is a program: this reader
 * knows the codes that make one string, and refuses every other.
 */
import { z } from "zod";

const testsSchema = z.array(z.object({ input: z.string(), output: z.string(), testtype: z.string().default("stdin") }));

export type PackedTest = z.infer<typeof testsSchema>[number];

/** No set has tests this large; a bomb would be. */
const mostBytes = 512 * 2 ** 20;

/** Undefined where the data cannot be read as tests. */
export async function unpackedTests(packed: unknown): Promise<PackedTest[] | undefined> {
  if (packed === undefined || packed === null || packed === "") return [];
  if (typeof packed !== "string") return testsSchema.safeParse(packed).data;
  const json = packed.trimStart().startsWith("[") ? packed : await unpickled(packed.trim());
  if (json === undefined) return undefined;
  try {
    return testsSchema.safeParse(JSON.parse(json)).data;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

async function unpickled(base64: string): Promise<string | undefined> {
  if (!/^[A-Za-z0-9+/\s]+={0,2}$/.test(base64)) return undefined;
  const bytes = await inflated(Buffer.from(base64, "base64"));
  return bytes && pickledString(bytes);
}

async function inflated(bytes: Uint8Array): Promise<Buffer | undefined> {
  const stream = new Blob([bytes as Uint8Array<ArrayBuffer>]).stream().pipeThrough(new DecompressionStream("deflate"));
  const parts: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const part of stream as unknown as AsyncIterable<Uint8Array>) {
      size += part.length;
      if (size > mostBytes) return undefined;
      parts.push(part);
    }
  } catch {
    // Not zlib, or cut: whatever the reason, these are no tests.
    return undefined;
  }
  return Buffer.concat(parts);
}

/** Codes without meaning for one string: how many bytes of argument to pass over. */
const passedOver = new Map<number, number>([
  [0x80, 1], // PROTO version
  [0x95, 8], // FRAME length
  [0x94, 0], // MEMOIZE
  [0x71, 1], // BINPUT index
  [0x72, 4], // LONG_BINPUT index
]);
/** Codes that bring the string: how many bytes its length takes. */
const strings = new Map<number, 1 | 4 | 8>([
  [0x8c, 1], // SHORT_BINUNICODE
  [0x58, 4], // BINUNICODE
  [0x8d, 8], // BINUNICODE8
]);
const stop = 0x2e;

/** The one string that a pickle of protocol 2 to 5 holds; undefined for any other content. */
function pickledString(bytes: Buffer): string | undefined {
  let text: string | undefined;
  for (let at = 0; at < bytes.length;) {
    const code = bytes[at++] ?? stop;
    if (code === stop) return at === bytes.length ? text : undefined;
    const skip = passedOver.get(code);
    const size = strings.get(code);
    if (skip !== undefined) at += skip;
    else if (size !== undefined && text === undefined && at + size <= bytes.length) {
      const length = size === 8 ? Number(bytes.readBigUInt64LE(at)) : bytes.readUIntLE(at, size);
      at += size;
      if (at + length > bytes.length) return undefined;
      text = bytes.toString("utf8", at, at + length);
      at += length;
    } else return undefined;
  }
  return undefined;
}
