import * as fc from "fast-check";
import { expect, test } from "vitest";
import { ArtefactError } from "../core/errors.ts";
import { decodeSafetensors, encodeSafetensors } from "./safetensors.ts";
import type { Tensor } from "./safetensors.ts";

const tensor = fc.oneof(
  fc.float32Array({ maxLength: 20 }).map((data): Tensor => ({ dtype: "F32", shape: [data.length], data })),
  fc.float64Array({ maxLength: 20 }).map((data): Tensor => ({ dtype: "F64", shape: [data.length], data })),
  fc.int32Array({ maxLength: 20 }).map((data): Tensor => ({ dtype: "I32", shape: [data.length, 1], data })),
  fc.uint8Array({ maxLength: 20 }).map((data): Tensor => ({ dtype: "U8", shape: [1, data.length], data })),
);
const names = fc.string().filter((name) => name !== "__metadata__" && name !== "__proto__");
const tensors = fc.dictionary(names, tensor, { noNullPrototype: true });

const small = (): Uint8Array =>
  encodeSafetensors({ weights: { dtype: "F32", shape: [2, 2], data: Float32Array.of(1, NaN, -Infinity, 4) } });

test("tensors come back as they were saved, NaN and infinities included", () => {
  fc.assert(
    fc.property(tensors, (given) => {
      expect(decodeSafetensors(encodeSafetensors(given))).toEqual(given);
    }),
  );
});

test("the order of the names does not change the bytes", () => {
  const a: Tensor = { dtype: "F32", shape: [1], data: Float32Array.of(1) };
  const b: Tensor = { dtype: "U8", shape: [3], data: Uint8Array.of(1, 2, 3) };
  expect(encodeSafetensors({ a, b })).toEqual(encodeSafetensors({ b, a }));
});

test("every cut file is refused", () => {
  const bytes = small();
  for (let length = 0; length < bytes.length; length++) {
    expect(() => decodeSafetensors(bytes.subarray(0, length))).toThrow(ArtefactError);
  }
});

test("bytes after the last tensor are refused", () => {
  expect(() => decodeSafetensors(Uint8Array.of(...small(), 0))).toThrow(/1 bytes belong to no tensor/);
});

test("random changes of bytes give tensors or an ArtefactError, never another error", () => {
  const changes = fc.array(fc.tuple(fc.nat(200), fc.nat(255)), { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(changes, (list) => {
      const bytes = small();
      for (const [at, value] of list) bytes[at % bytes.length] = value;
      try {
        decodeSafetensors(bytes);
      } catch (error) {
        expect(error).toBeInstanceOf(ArtefactError);
      }
    }),
    { numRuns: 2000 },
  );
});

test("random bytes are refused with an ArtefactError", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
      expect(() => decodeSafetensors(bytes)).toThrow(ArtefactError);
    }),
  );
});

test.each([
  ["overlapping tensors", { a: info([0, 4]), b: info([0, 4]) }],
  ["a hole", { a: info([4, 8]) }],
  ["a shape that does not fit", { a: { dtype: "F32", shape: [2], data_offsets: [0, 4] } }],
  ["a negative size", { a: { dtype: "F32", shape: [-1], data_offsets: [0, 4] } }],
  ["an unknown type", { a: { dtype: "BF16", shape: [1], data_offsets: [0, 4] } }],
  ["a type from the prototype", { a: { dtype: "constructor", shape: [1], data_offsets: [0, 4] } }],
  ["a product beyond all bounds", { a: { dtype: "U8", shape: [2 ** 40, 2 ** 40], data_offsets: [0, 4] } }],
])("%s is refused", (_, header) => {
  const json = new TextEncoder().encode(JSON.stringify(header));
  const bytes = new Uint8Array(8 + json.length + 8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(json.length), true);
  bytes.set(json, 8);
  expect(() => decodeSafetensors(bytes)).toThrow(ArtefactError);
});

test("a header that claims more than the limit is refused before it is read", () => {
  const bytes = new Uint8Array(16).fill(0xff);
  expect(() => decodeSafetensors(bytes)).toThrow(/header claims/);
});

test("data that does not fill its shape is refused on writing", () => {
  const wrong: Tensor = { dtype: "F64", shape: [3], data: Float64Array.of(1) };
  expect(() => encodeSafetensors({ wrong })).toThrow(ArtefactError);
});

function info(offsets: number[]): object {
  return { dtype: "F32", shape: [1], data_offsets: offsets };
}
