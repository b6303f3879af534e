/**
 * The safetensors format: named tensors of plain numbers in one file, readable from Python and Rust.
 *
 *     u64 header length (little endian) · JSON header · data
 *     header: { name: { dtype, shape, data_offsets: [begin, end] } }, offsets from the start of the data, without holes
 *
 * Nothing in a file is trusted: sizes, shapes and offsets are checked before a single tensor is made.
 */
import { ArtefactError } from "../core/errors.ts";

export type TensorData = Float32Array | Float64Array | Int32Array | Uint8Array;

/** `data` holds the product of `shape` numbers, row-major; an empty shape is one number. */
export interface Tensor {
  readonly dtype: "F32" | "F64" | "I32" | "U8";
  readonly shape: readonly number[];
  readonly data: TensorData;
}

export type Tensors = Readonly<Record<string, Tensor>>;

const arrays = { F32: Float32Array, F64: Float64Array, I32: Int32Array, U8: Uint8Array } as const;
const headerLimit = 16 * 2 ** 20;
const tensorLimit = 100_000;
const rankLimit = 8;

/**
 * The bytes of a file with these tensors, in name order; the same tensors give the same bytes. NaN and infinities are kept.
 * @throws ArtefactError when data and shape or dtype do not fit each other.
 */
export function encodeSafetensors(tensors: Tensors): Uint8Array {
  const header: Record<string, object> = Object.create(null) as Record<string, object>;
  const sorted = Object.entries(tensors).toSorted(
    ([a], [b]) => rank(tensors, a) - rank(tensors, b) || (a < b ? -1 : 1),
  );
  let offset = 0;
  for (const [name, { dtype, shape, data }] of sorted) {
    if (name === "__metadata__") throw broken(`"${name}" is not a tensor name`);
    if (!(data instanceof arrays[dtype])) throw broken(`tensor "${name}" is not ${dtype}`);
    if (elements(name, shape) !== data.length) {
      throw broken(`tensor "${name}" has ${data.length} numbers, its shape [${shape.join(", ")}] needs another count`);
    }
    header[name] = { dtype, shape, data_offsets: [offset, (offset += data.byteLength)] };
  }
  const json = new TextEncoder().encode(JSON.stringify(header));
  // Spaces after the header let the data begin at a multiple of 8.
  const headerLength = Math.ceil(json.length / 8) * 8;
  const bytes = new Uint8Array(8 + headerLength + offset).fill(0x20, 8, 8 + headerLength);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(headerLength), true);
  bytes.set(json, 8);
  let at = 8 + headerLength;
  for (const [, { data }] of sorted) {
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at);
    at += data.byteLength;
  }
  return bytes;
}

/**
 * The tensors of a file, copied out of `bytes`. `__metadata__` is skipped.
 * @throws ArtefactError when the file is cut short, has bytes that belong to no tensor, or claims what it does not hold.
 */
export function decodeSafetensors(bytes: Uint8Array): Record<string, Tensor> {
  const { header, dataStart } = readHeader(bytes);
  const dataLength = bytes.length - dataStart;
  const entries = Object.entries(header).filter(([name]) => name !== "__metadata__");
  if (entries.length > tensorLimit) throw broken(`more than ${tensorLimit} tensors`);
  const infos = entries
    .map(([name, info]) => tensorInfo(name, info))
    .toSorted((a, b) => a.begin - b.begin || a.end - b.end);
  let expected = 0;
  for (const { name, begin, end } of infos) {
    if (begin !== expected || end > dataLength) throw broken(`tensor "${name}" has wrong offsets`);
    expected = end;
  }
  if (expected !== dataLength) throw broken(`${dataLength - expected} bytes belong to no tensor`);
  const tensors = infos.map(({ name, dtype, shape, begin, end }): [string, Tensor] => {
    // Not bytes.slice: a Buffer's slice is a view, and its memory begins elsewhere.
    const copy = new Uint8Array(bytes.subarray(dataStart + begin, dataStart + end));
    return [name, { dtype, shape, data: new arrays[dtype](copy.buffer) }];
  });
  return Object.fromEntries(tensors);
}

interface TensorInfo extends Pick<Tensor, "dtype" | "shape"> {
  readonly name: string;
  readonly begin: number;
  readonly end: number;
}

function readHeader(bytes: Uint8Array): { header: object; dataStart: number } {
  if (bytes.length < 8) throw broken("the file is cut short");
  const length = new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true);
  if (length > BigInt(headerLimit)) throw broken(`the header claims ${length} bytes, more than ${headerLimit}`);
  const dataStart = 8 + Number(length);
  if (dataStart > bytes.length) throw broken("the header is cut short");
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes.subarray(8, dataStart));
    const header: unknown = JSON.parse(text);
    if (typeof header === "object" && header !== null && !Array.isArray(header)) return { header, dataStart };
  } catch (error) {
    throw broken("the header is not JSON", error);
  }
  throw broken("the header is not a JSON object");
}

function tensorInfo(name: string, info: unknown): TensorInfo {
  if (typeof info !== "object" || info === null) throw broken(`tensor "${name}" has no description`);
  const { dtype, shape, data_offsets: offsets } = info as Readonly<Record<string, unknown>>;
  if (typeof dtype !== "string" || !Object.hasOwn(arrays, dtype)) {
    throw broken(`tensor "${name}" has the unknown type ${JSON.stringify(dtype)}`);
  }
  if (!isCounts(shape) || shape.length > rankLimit) throw broken(`tensor "${name}" has no valid shape`);
  if (!isCounts(offsets) || offsets.length !== 2) throw broken(`tensor "${name}" has no valid offsets`);
  const [begin = 0, end = 0] = offsets;
  const kind = dtype as Tensor["dtype"];
  if (end - begin !== elements(name, shape) * arrays[kind].BYTES_PER_ELEMENT) {
    throw broken(`tensor "${name}": its shape and its offsets do not agree`);
  }
  return { name, dtype: kind, shape, begin, end };
}

function isCounts(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((count) => Number.isSafeInteger(count) && count >= 0);
}

function elements(name: string, shape: readonly number[]): number {
  if (!isCounts(shape)) throw broken(`tensor "${name}" has no valid shape`);
  const count = shape.reduce((product, size) => product * size, 1);
  if (!Number.isSafeInteger(count)) throw broken(`tensor "${name}" is too large`);
  return count;
}

/** Wide types first, so that every tensor begins at a multiple of its own width. */
function rank(tensors: Tensors, name: string): number {
  const tensor = tensors[name];
  return tensor ? -arrays[tensor.dtype].BYTES_PER_ELEMENT : 0;
}

function broken(problem: string, cause?: unknown): ArtefactError {
  return new ArtefactError({
    problem: `not a valid safetensors file: ${problem}`,
    mend: "Fit and save it again.",
    cause,
  });
}
