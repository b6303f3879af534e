/**
 * What a router's state looks like: checked when a saved router is loaded, so that a state that does not fit its pool,
 * its embedding or itself is refused in words instead of giving wrong numbers later.
 *
 *     stateShape: { weights: "f32[K, d]", bias: "f64[K]", costUsd: "f64[m]", topK: z.int().positive() }
 *
 * `m` is the number of models and `d` that of embedding dimensions; any other name stands for one length throughout.
 */
import { z } from "zod";
import { ArtefactError } from "./errors.ts";
import { issueWords } from "./issue-words.ts";

const arrays = { f32: Float32Array, f64: Float64Array, i32: Int32Array, u8: Uint8Array } as const;

type Dtype = keyof typeof arrays;

/** "f64[m]": a typed array. "f32[K, d]": a matrix, { rows, cols, data }. "number": any number, NaN and infinities too. */
export type LeafShape = `${Dtype}[${string}]` | "number";

/** A leaf, a zod schema for plain values, a list, a value that may be null, or an object of these with no other keys. */
export type Shape = LeafShape | z.ZodType | ListShape | NullableShape | { readonly [key: string]: Shape };

/** The shape of every key of a state. */
export type StateShape<State> = { readonly [Key in keyof State]-?: Shape };

interface ListShape {
  readonly [listItem]: Shape;
}

interface NullableShape {
  readonly [notNull]: Shape;
}

const listItem = Symbol("list item");
const notNull = Symbol("not null");

/** A list of things of one shape. Names of lengths that first appear inside an item are the item's own. */
export function listOf(item: Shape): ListShape {
  return { [listItem]: item };
}

/** Null, or a thing of this shape. */
export function orNull(shape: Shape): NullableShape {
  return { [notNull]: shape };
}

/** What a list's items look like; undefined for any other shape. */
export function listItemShape(shape: Shape): Shape | undefined {
  return typeof shape === "object" && isList(shape) ? shape[listItem] : undefined;
}

/** What a nullable thing looks like when it is there; undefined for any other shape. */
export function nullableShape(shape: Shape): Shape | undefined {
  return typeof shape === "object" && isNullable(shape) ? shape[notNull] : undefined;
}

/** A router's declared shape, for this state; undefined when it declares none. */
export function stateShapeOf(
  router: { readonly stateShape?: Shape | ((state: any) => Shape) } | undefined,
  state: unknown,
): Shape | undefined {
  const shape = router?.stateShape;
  if (typeof shape !== "function") return shape;
  return isPlainObject(state) ? shape(state) : z.object({});
}

/** The lengths known before a state is read; `d` is absent where no embedding is needed. */
export interface KnownLengths {
  readonly m: number;
  readonly d?: number;
}

/** @throws ArtefactError naming the key that does not fit. `where`: the file the state was read from. */
export function checkState(state: unknown, shape: Shape, { m, d }: KnownLengths, where: string, name = "state"): void {
  const lengths = new Map([["m", m]]);
  if (d !== undefined) lengths.set("d", d);
  check(state, shape, name, { lengths, where });
}

interface Reading {
  readonly lengths: Map<string, number>;
  readonly where: string;
}

function check(value: unknown, shape: Shape, at: string, reading: Reading): void {
  if (shape === "number") {
    if (typeof value !== "number") throw misfit(at, "is not a number", reading);
  } else if (typeof shape === "string") {
    checkTensor(value, shape, at, reading);
  } else if (shape instanceof z.ZodType) {
    checkPlain(value, shape, at, reading);
  } else if (isList(shape)) {
    if (!Array.isArray(value)) throw misfit(at, "is not a list", reading);
    for (const [i, item] of value.entries()) {
      check(item, shape[listItem], `${at}/${i}`, { ...reading, lengths: new Map(reading.lengths) });
    }
  } else if (isNullable(shape)) {
    if (value !== null) check(value, shape[notNull], at, reading);
  } else {
    checkKeys(value, shape, at, reading);
  }
}

function isList(shape: object): shape is ListShape {
  return listItem in shape;
}

function isNullable(shape: object): shape is NullableShape {
  return notNull in shape;
}

function checkKeys(value: unknown, shape: Readonly<Record<string, Shape>>, at: string, reading: Reading): void {
  if (!isPlainObject(value)) throw misfit(at, "is not an object", reading);
  const unknown = Object.keys(value).find((key) => !Object.hasOwn(shape, key));
  if (unknown !== undefined) throw misfit(`${at}/${unknown}`, "is not part of this router's state", reading);
  for (const [key, part] of Object.entries(shape)) {
    if (!Object.hasOwn(value, key)) throw misfit(`${at}/${key}`, "is missing", reading);
    check(value[key], part, `${at}/${key}`, reading);
  }
}

/** A default that the schema would fill in is a key that is missing: nothing is filled in here. */
function checkPlain(value: unknown, schema: z.ZodType, at: string, reading: Reading): void {
  const parsed = schema.safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw misfit([at, ...(issue?.path ?? [])].join("/"), issueWords(issue), reading);
  }
  if (!isPlainObject(value) || !isPlainObject(parsed.data)) return;
  const missing = Object.keys(parsed.data).find((key) => !Object.hasOwn(value, key));
  if (missing !== undefined) throw misfit(`${at}/${missing}`, "is missing", reading);
}

function checkTensor(value: unknown, shape: string, at: string, reading: Reading): void {
  const [dtype = "", names = ""] = shape.slice(0, -1).split("[");
  const wanted = names.split(",").map((name) => name.trim());
  const found = wanted.length === 2 ? matrixLengths(value, dtype) : arrayLengths(value, dtype);
  if (!found) throw misfit(at, `is not the ${shape} it should be`, reading);
  for (const [i, name] of wanted.entries()) {
    const length = found[i] ?? 0;
    const known = lengthNamed(name, reading);
    if (known === undefined) reading.lengths.set(name, length);
    else if (known !== length) {
      const whose = /^\d/.test(name) ? "" : ` with ${name} = ${known}${meaning(name)}`;
      throw misfit(at, `is [${found.join(", ")}], not ${shape}${whose}`, reading);
    }
  }
}

function lengthNamed(name: string, { lengths }: Reading): number | undefined {
  return /^\d+$/.test(name) ? Number(name) : lengths.get(name);
}

function arrayLengths(value: unknown, dtype: string): number[] | undefined {
  const type = arrays[dtype as Dtype];
  return value instanceof type ? [value.length] : undefined;
}

function matrixLengths(value: unknown, dtype: string): number[] | undefined {
  if (!isPlainObject(value)) return undefined;
  const { rows, cols, data } = value;
  const lengths = [rows, cols].map(Number);
  const isWhole = lengths.every((length) => Number.isSafeInteger(length) && length >= 0);
  return isWhole && arrayLengths(data, dtype)?.[0] === Number(rows) * Number(cols) ? lengths : undefined;
}

function meaning(name: string): string {
  return { m: " models", d: " dimensions of the embedding" }[name] ?? "";
}

function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !ArrayBuffer.isView(value);
}

function misfit(at: string, what: string, { where }: Reading): ArtefactError {
  return new ArtefactError({ where, problem: `"${at}" ${what}`, mend: "Fit and save the router again." });
}
