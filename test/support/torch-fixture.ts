/** What PyTorch computed on tiny inputs (test/fixtures/torch), and central differences of a loss in double precision. */
import { readFileSync } from "node:fs";
import { dots } from "../../src/math/dots.ts";
import type { Matrix32 } from "../../src/math/matrix.ts";
import { minibatches } from "../../src/math/minibatch.ts";
import { transposed } from "../../src/math/transposed.ts";
import type { TrainingBatches } from "../../src/routers/training-batches.ts";

export interface TorchFixture {
  readonly shape: { readonly n: number; readonly m: number; readonly d: number; readonly k: number };
  /** [n, d] */
  readonly x: readonly number[];
  /** [m, n] NaN = not observed */
  readonly y: readonly number[];
  readonly parameters: Readonly<Record<string, readonly number[]>>;
  readonly loss: number;
  readonly slopes: Readonly<Record<string, readonly number[]>>;
  readonly adam: { readonly lr: number; readonly weight_decay?: number };
  readonly after: Readonly<Record<string, readonly number[]>>;
  readonly l2?: number;
}

export function torchFixture(name: string): TorchFixture {
  const path = new URL(`../fixtures/torch/${name}.json`, import.meta.url);
  const fixture = JSON.parse(readFileSync(path, "utf8")) as TorchFixture;
  return { ...fixture, y: fixture.y.map((value) => value ?? NaN) };
}

/** The fixture's rows as one batch. */
export function onlyBatch({ shape, x, y }: TorchFixture): Pick<TrainingBatches, "batches" | "targets" | "observed"> {
  const rows = matrixOf(shape.n, x);
  return {
    batches: minibatches(
      rows,
      Int32Array.from({ length: shape.n }, (_, i) => i),
      shape.n,
    ),
    targets: [matrixOf(shape.m, y)],
    observed: [y.filter((value) => !Number.isNaN(value)).length],
  };
}

/** The same, multiplied in single precision instead of 16 bits: for slopes in which much cancels. */
export function exactBatch(fixture: TorchFixture): ReturnType<typeof onlyBatch> {
  const rows = matrixOf(fixture.shape.n, fixture.x);
  const data = onlyBatch(fixture);
  return {
    ...data,
    batches: {
      ...data.batches,
      products: (_, weights) => dots(weights, rows),
      sums: (_, residuals) => dots(residuals, transposed(rows)),
    },
  };
}

export function matrixOf(rows: number, values: readonly number[]): Matrix32 {
  return { rows, cols: values.length / rows, data: Float32Array.from(values) };
}

/** [i, j] = row i of a · row j of b, in double precision; rows of `width` numbers. */
export function crossDots(a: readonly number[], b: readonly number[], width: number): number[][] {
  const rowsOf = (values: readonly number[]): number[][] =>
    Array.from({ length: values.length / width }, (_, i) => values.slice(i * width, (i + 1) * width));
  return rowsOf(a).map((left) => rowsOf(b).map((right) => left.reduce((sum, value, c) => sum + value * right[c]!, 0)));
}

/** Mean cross-entropy of logits [n][m] over the observed of y [m, n]. */
export function meanLoss(logits: readonly (readonly number[])[], y: readonly number[]): number {
  const n = logits.length;
  const each = y.map((target, p) => {
    const z = logits[p % n]![Math.floor(p / n)]!;
    return Math.log1p(Math.exp(-Math.abs(z))) + Math.max(z, 0) - z * target;
  });
  const observed = each.filter((value) => !Number.isNaN(value));
  return observed.reduce((sum, value) => sum + value, 0) / observed.length;
}

type Parameters = TorchFixture["parameters"];

/** The slope of `loss` by every parameter, by central differences. */
export function centralDifferences(loss: (at: Parameters) => number, at: Parameters): Record<string, number[]> {
  const step = 1e-5;
  const moved = (name: string, p: number, by: number): Parameters => ({
    ...at,
    [name]: at[name]!.map((value, q) => (q === p ? value + by : value)),
  });
  return Object.fromEntries(
    Object.entries(at).map(([name, values]) => [
      name,
      values.map((_, p) => (loss(moved(name, p, step)) - loss(moved(name, p, -step))) / (2 * step)),
    ]),
  );
}

/** The largest difference between two lists, as a share of the largest entry of the second. */
export function relativeError(actual: ArrayLike<number>, expected: readonly number[]): number {
  const largest = expected.reduce((top, value) => Math.max(top, Math.abs(value)), 0);
  return expected.reduce((worst, value, p) => Math.max(worst, Math.abs(actual[p]! - value)), 0) / largest;
}
