/** Tables and vectors as worker threads can take them: numbers in shared memory, so that no thread holds a copy. */
import type { OutcomeTable } from "../core/outcome-table.ts";
import type { Matrix } from "../math/matrix.ts";
import { routerByName } from "../routers/registry.ts";
import type { NamedRouter } from "../routers/registry.ts";
import type { EncoderPlan } from "./embed-table.ts";
import type { SplitOptions } from "./split-options.ts";
import type { SharedVectors } from "./shared-vectors.ts";

/** An outcome table without its functions. */
export type SharedTable = Omit<OutcomeTable, "prediction"> & {
  /** [n·m] number of each cell's stored answer in `answers` */
  readonly answerOf: Int32Array;
  readonly answers: readonly string[];
};

/** A router as a worker can be told of it. */
export interface SentRouter {
  readonly label: string;
  readonly fixed: Readonly<Record<string, unknown>>;
}

/** Everything a worker needs to prepare one seed; the table comes with the first and is kept. */
export interface SeedTask {
  readonly table: SharedTable | undefined;
  readonly vectors: SharedVectors | undefined;
  readonly encoder: EncoderPlan;
  readonly split: SplitOptions;
  readonly routers: readonly SentRouter[];
  readonly seed: number;
}

/** The table with its numbers in shared memory. */
export function shareTable(table: OutcomeTable): SharedTable {
  const plain = withoutFunctions(table);
  const m = table.models.length;
  const numberOf = new Map<string, number>();
  const answerOf = new Int32Array(new SharedArrayBuffer(4 * table.status.length));
  for (let cell = 0; cell < answerOf.length; cell++) {
    const text = table.prediction(Math.floor(cell / m), cell % m);
    if (!numberOf.has(text)) numberOf.set(text, numberOf.size);
    answerOf[cell] = numberOf.get(text)!;
  }
  return {
    ...plain,
    score: shareMatrix(table.score),
    costUsd: shareMatrix(table.costUsd),
    promptTokens: shareMatrix(table.promptTokens),
    completionTokens: shareMatrix(table.completionTokens),
    answerOf,
    answers: [...numberOf.keys()],
  };
}

function withoutFunctions(table: OutcomeTable): Omit<OutcomeTable, "prediction"> {
  return Object.fromEntries(Object.entries(table).filter(([, value]) => typeof value !== "function")) as Omit<
    OutcomeTable,
    "prediction"
  >;
}

/** The table a worker computes on. */
export function reviveTable({ answerOf, answers, ...plain }: SharedTable): OutcomeTable {
  const m = plain.models.length;
  return { ...plain, prediction: (row, model) => answers[answerOf[row * m + model]!]! };
}

/** Vectors in shared memory. */
export function shareVectors(shared: SharedVectors | undefined): SharedVectors | undefined {
  if (!shared) return undefined;
  const { rows, cols, data } = shared.vectors;
  const copy = new Float32Array(new SharedArrayBuffer(data.byteLength));
  copy.set(data);
  return { ...shared, vectors: { rows, cols, data: copy } };
}

/** Routers are functions and cannot be sent: a worker looks them up by name. */
export function reviveRouters(sent: readonly SentRouter[]): NamedRouter[] {
  return sent.map(({ label, fixed }) => routerByName(label, fixed));
}

function shareMatrix({ rows, cols, data }: Matrix): Matrix {
  const copy = new Float64Array(new SharedArrayBuffer(data.byteLength));
  copy.set(data);
  return { rows, cols, data: copy };
}
