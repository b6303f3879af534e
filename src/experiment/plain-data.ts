/**
 * Plain data as JSON plus tensors. Typed arrays leave a value and stand in it as `{"$tensor": name}`, so one serializer
 * saves the state of every router and encoder. No code, no prototypes: what comes back is objects, arrays and numbers.
 */
import { ArtefactError } from "../core/errors.ts";
import type { Tensor } from "../store/safetensors.ts";

const dtypes = new Map<unknown, Tensor["dtype"]>([
  [Float32Array, "F32"],
  [Float64Array, "F64"],
  [Int32Array, "I32"],
  [Uint8Array, "U8"],
]);

/** A value with its typed arrays taken out, named by their path ("state/centroids/data"). */
export interface Packed {
  readonly json: unknown;
  readonly tensors: Readonly<Record<string, Tensor>>;
}

/**
 * Takes the typed arrays out of a value.
 * @throws ArtefactError for anything that is not plain data (functions, class instances, undefined in arrays, NaN in JSON).
 */
export function pack(value: unknown, path: string): Packed {
  const tensors: Record<string, Tensor> = {};
  const json = visit(value, path);
  return { json, tensors };

  function visit(part: unknown, at: string): unknown {
    if (ArrayBuffer.isView(part)) return toTensor(part as Tensor["data"], at);
    if (Array.isArray(part)) return part.map((item, i) => visit(item, `${at}/${i}`));
    if (part !== null && typeof part === "object") {
      if (Object.getPrototypeOf(part) !== Object.prototype) throw notPlain(at);
      const entries = Object.entries(part).filter(([, item]) => item !== undefined);
      return Object.fromEntries(entries.map(([key, item]) => [key, visit(item, `${at}/${key}`)]));
    }
    if (typeof part === "number" && !Number.isFinite(part)) return { $number: String(part) };
    if (part === null || ["number", "string", "boolean"].includes(typeof part)) return part;
    throw notPlain(at);
  }

  function toTensor(data: Tensor["data"], at: string): { $tensor: string } {
    const dtype = dtypes.get(data.constructor);
    if (!dtype) throw notPlain(at);
    tensors[at] = { dtype, shape: [data.length], data };
    return { $tensor: at };
  }
}

/** Puts the tensors back. @throws ArtefactError when a tensor is missing. */
export function unpack({ json, tensors }: Packed): unknown {
  if (Array.isArray(json)) return json.map((item: unknown) => unpack({ json: item, tensors }));
  if (json === null || typeof json !== "object") return json;
  const entries = Object.entries(json as Record<string, unknown>);
  const [first] = entries;
  if (entries.length === 1 && first?.[0] === "$number") return Number(first[1]);
  if (entries.length === 1 && first?.[0] === "$tensor") {
    const tensor = tensors[String(first[1])];
    if (!tensor)
      throw new ArtefactError({ problem: `tensor "${String(first[1])}" is missing`, mend: "Fit and save again." });
    return tensor.data;
  }
  return Object.fromEntries(entries.map(([key, item]) => [key, unpack({ json: item, tensors })]));
}

function notPlain(at: string): ArtefactError {
  return new ArtefactError({ problem: `"${at}" is not plain data and cannot be saved` });
}
