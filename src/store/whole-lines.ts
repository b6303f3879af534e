/** The lines of a file that is appended to, read in chunks: a last one that was torn by a crash is left out. */
import { open } from "node:fs/promises";

const newline = 10;
const chunkBytes = 4 * 2 ** 20;

/** A line that stands in the file whole, its end included. */
export interface Line {
  /** from 1 */
  readonly number: number;
  /** position of its first byte */
  readonly start: number;
  readonly bytes: Buffer;
}

/** All whole lines; what stands behind the last end of line is left out. */
export async function* wholeLines(path: string): AsyncGenerator<Line> {
  const file = await open(path, "r");
  try {
    let rest = Buffer.alloc(0);
    let position = 0; // of the first byte of `rest`
    let number = 0;
    for (;;) {
      const chunk = Buffer.allocUnsafe(chunkBytes);
      // oxlint-disable-next-line no-await-in-loop -- one chunk after the other is the point
      const { bytesRead } = await file.read(chunk, 0, chunkBytes, position + rest.length);
      if (bytesRead === 0) return;
      const bytes =
        rest.length === 0 ? chunk.subarray(0, bytesRead) : Buffer.concat([rest, chunk.subarray(0, bytesRead)]);
      let from = 0;
      for (let end = bytes.indexOf(newline); end !== -1; end = bytes.indexOf(newline, from)) {
        yield { number: ++number, start: position + from, bytes: bytes.subarray(from, end) };
        from = end + 1;
      }
      rest = bytes.subarray(from);
      position += from;
    }
  } finally {
    await file.close();
  }
}
