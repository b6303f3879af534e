/** Reads whole files into one buffer that is used again and again: fresh memory for each costs more than the reading. */
import { closeSync, fstatSync, openSync, readSync } from "node:fs";

let scratch = Buffer.alloc(0);

/**
 * The bytes of a file, valid until the next call in this thread. Synchronous on purpose: a reading thread has nothing
 * else to do, and small files are read twice as fast so.
 */
export function readBytes(path: string): Buffer {
  const file = openSync(path, "r");
  try {
    const { size } = fstatSync(file);
    // One byte more than the file has, so that a file that is growing is seen to the end.
    if (scratch.length <= size) scratch = Buffer.allocUnsafeSlow(Math.max(2 ** 20, Math.ceil(size * 1.25) + 1));
    let length = 0;
    for (;;) {
      const read = readSync(file, scratch, length, scratch.length - length, null);
      if (read === 0) return scratch.subarray(0, length);
      length += read;
      if (length === scratch.length) scratch = Buffer.concat([scratch, Buffer.allocUnsafe(length)]);
    }
  } finally {
    closeSync(file);
  }
}
