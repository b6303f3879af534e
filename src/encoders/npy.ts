/**
 * NumPy's `.npy` files of vectors: a magic, a header in Python's notation, then the numbers.
 * Format: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
 */
import { DataError } from "../core/errors.ts";
import { type Matrix32, matrix32 } from "../math/matrix.ts";

const magic = Buffer.from("\x93NUMPY", "latin1");

/** The matrix [n, d] in the bytes of a `.npy` file of float16, float32 or float64, little-endian, in C order. */
export function readNpy(bytes: Buffer, where: string): Matrix32 {
  if (bytes.length < 12 || !bytes.subarray(0, 6).equals(magic)) throw unreadable(where, "is not a .npy file");
  const wide = bytes[6]! > 1;
  const start = wide ? 12 : 10;
  const end = start + (wide ? bytes.readUInt32LE(8) : bytes.readUInt16LE(8));
  const header = bytes.toString("latin1", start, end);
  const type = /'descr':\s*'([^']+)'/.exec(header)?.[1] ?? "";
  const shape = /'shape':\s*\((\d+),\s*(\d+)\)/.exec(header);
  if (!shape) throw unreadable(where, "is not a matrix of two axes");
  if (/'fortran_order':\s*True/.test(header)) throw unreadable(where, "is stored by columns");
  const read = readers[type];
  if (!read) throw unreadable(where, `holds numbers of type ${type || "unknown"}, not float16, float32 or float64`);
  const out = matrix32(Number(shape[1]), Number(shape[2]));
  const body = bytes.subarray(end);
  const needed = out.data.length * read.bytes;
  if (body.length < needed) throw unreadable(where, `ends after ${body.length} of ${needed} bytes of numbers`);
  for (let i = 0; i < out.data.length; i++) out.data[i] = read.at(body, i * read.bytes);
  return out;
}

/** The bytes of a `.npy` file (version 1.0) of float32. */
export function npyBytes({ rows, cols, data }: Matrix32): Buffer {
  const header = `{'descr': '<f4', 'fortran_order': False, 'shape': (${rows}, ${cols}), }`;
  // The numbers begin at a multiple of 64 bytes; the header is padded with spaces and ends with a newline.
  const length = Math.ceil((10 + header.length + 1) / 64) * 64 - 10;
  const head = Buffer.alloc(10 + length, " ");
  magic.copy(head);
  head.writeUInt16LE(1, 6);
  head.writeUInt16LE(length, 8);
  head.write(header, 10, "latin1");
  head[head.length - 1] = 10;
  return Buffer.concat([head, Buffer.from(data.buffer, data.byteOffset, data.byteLength)]);
}

interface NumberReader {
  readonly bytes: number;
  at(body: Buffer, offset: number): number;
}

const readers: Readonly<Record<string, NumberReader | undefined>> = {
  "<f2": { bytes: 2, at: (body, offset) => fromHalf(body.readUInt16LE(offset)) },
  "<f4": { bytes: 4, at: (body, offset) => body.readFloatLE(offset) },
  "<f8": { bytes: 8, at: (body, offset) => body.readDoubleLE(offset) },
};

/** IEEE 754 half precision: 1 bit sign, 5 bits exponent, 10 bits fraction. */
function fromHalf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

function unreadable(where: string, problem: string): DataError {
  return new DataError({
    problem,
    where,
    mend: "Save it with numpy.save(path, numpy.ascontiguousarray(vectors, dtype='<f4')), shape (n, d)",
  });
}
