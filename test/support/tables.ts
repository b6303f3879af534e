/**
 * Named, seeded tables whose answer is known, with the unit vectors that go with them.
 * All of them are literal or drawn from `seededRandom`: the same arguments give the same numbers.
 */
import type { EncoderFingerprint } from "../../src/core/encoder.ts";
import { cellStatus } from "../../src/core/outcome-table.ts";
import type { OutcomeTable } from "../../src/core/outcome-table.ts";
import type { EncoderChoice } from "../../src/experiment/embed-table.ts";
import type { EmbedRows } from "../../src/experiment/seed-run.ts";
import { fromRows, matrix32, row } from "../../src/math/matrix.ts";
import type { Matrix32 } from "../../src/math/matrix.ts";
import { seededRandom } from "../../src/math/random.ts";
import type { Random } from "../../src/math/random.ts";
import { tableOf as cellsOf } from "./spec-fixture.ts";
import type { TableFacts } from "./spec-fixture.ts";

export interface LiteralTable extends Partial<TableFacts> {
  /** [n][m] NaN = missing */
  readonly score: TableFacts["score"];
  /** [n] texts; rows of one data set with the same text form a split group */
  readonly prompts?: readonly string[];
  /** [n] index inside the data set, from 1 */
  readonly index?: readonly number[];
  /** [n][m] extracted answers */
  readonly answers?: readonly (readonly string[])[];
}

/** A small literal table. Without more it has one data set "toy", models "m1", "m2" … and a cost of 0.001 USD a call. */
export function tableOf(literal: LiteralTable): OutcomeTable {
  const { score, answers } = literal;
  const n = score.length;
  const m = literal.models?.length ?? score[0]?.length ?? 0;
  const datasetOf = literal.datasetOf ?? score.map(() => "toy");
  const table = cellsOf({
    models: literal.models ?? Array.from({ length: m }, (_, j) => `m${j + 1}`),
    datasetOf,
    score,
    costUsd: literal.costUsd ?? score.map((line) => line.map((value) => (Number.isNaN(value) ? NaN : 0.001))),
    failed: literal.failed ?? [],
  });
  const prompts = literal.prompts ?? table.prompts;
  const groups = [...new Set(prompts.map((text, i) => `${datasetOf[i]}\n${text}`))];
  const seen = new Map<string, number>();
  const next = (id: string): number => seen.set(id, (seen.get(id) ?? 0) + 1).get(id)!;
  return {
    ...table,
    prompts,
    index: Int32Array.from({ length: n }, (_, i) => literal.index?.[i] ?? next(datasetOf[i]!)),
    groupOf: Int32Array.from(prompts, (text, i) => groups.indexOf(`${datasetOf[i]}\n${text}`)),
    prediction: (i, j) => answers?.[i]?.[j] ?? "",
  };
}

/** A table and its embeddings [n, d], unit rows. */
export interface Sample {
  readonly table: OutcomeTable;
  readonly vectors: Matrix32;
}

export interface SampleSize {
  readonly queries: number;
  readonly seed: number;
}

/**
 * Two islands of queries, each with a model that is always right there and always wrong on the other:
 * the oracle scores 1, either model alone ½. Data sets cut across the islands and tell nothing.
 */
export function twoIslands({ queries, seed }: SampleSize): Sample {
  return islands({ queries, seed, experts: 2, elsewhere: 0, flip: 0 });
}

/**
 * As many islands as experts; on its island an expert is always right, elsewhere a model is right three times in ten.
 * The oracle scores 1.
 */
export function oneExpert({ queries, seed, experts = 4 }: SampleSize & { readonly experts?: number }): Sample {
  return islands({ queries, seed, experts, elsewhere: 0.3, flip: 0 });
}

/** `oneExpert` with each score flipped at the given rate: small clusters are then mostly noise. */
export function noisy(rate: number): (size: SampleSize) => Sample {
  return ({ queries, seed }) => islands({ queries, seed, experts: 4, elsewhere: 0.4, flip: rate });
}

/**
 * Four islands of queries and twelve models, each of which answers some islands nine times in ten and the others once
 * in ten. Every skill is shared by several models, so what tells the islands apart is learnt without any one of them.
 */
export function sharedSkills({ queries, seed }: SampleSize): Sample {
  const random = seededRandom("sharedSkills", seed);
  // Twelve different sets of islands, as bits, none of them empty or full.
  const skilled = Array.from({ length: 12 }, (_, j) => ((5 * j) % 14) + 1);
  const score = Array.from({ length: queries }, (_, i) =>
    skilled.map((islands) => bernoulli(random, (islands >> (i % 4)) & 1 ? 0.9 : 0.1)),
  );
  return { table: priced(score, random), vectors: unitRows(queries, random, (i) => i % 4) };
}

/** Four models right six times in ten, wherever: there is nothing to learn, and none is truly better. */
export function allAlike({ queries, seed }: SampleSize): Sample {
  const random = seededRandom("allAlike", seed);
  const score = Array.from({ length: queries }, () => Array.from({ length: 4 }, () => bernoulli(random, 0.6)));
  return { table: priced(score, random), vectors: unitRows(queries, random, () => 0) };
}

/** The sample with a share of its cells taken out, as if never collected. */
export function withHoles({ table, vectors }: Sample, share: number, seed = 1): Sample {
  const random = seededRandom("holes", seed);
  const status = table.status.map((value) => (random.uniform() < share ? cellStatus.missing : value));
  const hole = (data: Float64Array): Float64Array =>
    data.map((value, cell) => (status[cell] === cellStatus.missing ? NaN : value));
  return {
    vectors,
    table: {
      ...table,
      status,
      score: { ...table.score, data: hole(table.score.data) },
      costUsd: { ...table.costUsd, data: hole(table.costUsd.data) },
    },
  };
}

/** The table with an answer in every cell that was scored: right ones are the same, each model is wrong in its own way. */
export function withAnswers(table: OutcomeTable): OutcomeTable {
  return {
    ...table,
    prediction(i, j) {
      const score = table.score.data[i * table.models.length + j]!;
      if (Number.isNaN(score)) return "";
      return score >= 0.5 ? `answer ${i}` : `mistake of ${table.models[j]!.id} in ${i}`;
    },
  };
}

/** The sample without any record of one model. */
export function withoutModel({ table, vectors }: Sample, column: number): Sample {
  const m = table.models.length;
  const gone = (data: Float64Array): Float64Array => data.map((value, cell) => (cell % m === column ? NaN : value));
  return {
    vectors,
    table: {
      ...table,
      status: table.status.map((value, cell) => (cell % m === column ? cellStatus.missing : value)),
      score: { ...table.score, data: gone(table.score.data) },
      costUsd: { ...table.costUsd, data: gone(table.costUsd.data) },
    },
  };
}

/** The sample with its columns in the given order; every model keeps its id, scores, costs and status. */
export function permuteColumns({ table, vectors }: Sample, order: readonly number[]): Sample {
  const m = table.models.length;
  const moved = <T extends Float64Array | Uint8Array>(data: T): T =>
    data.map((_, cell) => data[Math.floor(cell / m) * m + order[cell % m]!]!) as T;
  return {
    vectors,
    table: {
      ...table,
      models: order.map((j) => table.models[j]!),
      status: moved(table.status),
      score: { ...table.score, data: moved(table.score.data) },
      costUsd: { ...table.costUsd, data: moved(table.costUsd.data) },
    },
  };
}

/** Unit vectors [n, d] around the axes named by `axisOf`. */
export function unitRows(n: number, random: Random, axisOf: (i: number) => number, d = 8): Matrix32 {
  const vectors = matrix32(n, d);
  for (let i = 0; i < n; i++) {
    const line = row(vectors, i);
    for (let c = 0; c < d; c++) line[c] = 0.15 * random.normal() + (c === axisOf(i) ? 1 : 0);
    const length = Math.hypot(...line);
    line.forEach((value, c) => (line[c] = value / length));
  }
  return vectors;
}

export const madeUpFingerprint: EncoderFingerprint = {
  provider: "precomputed",
  model: "made-up",
  revision: "1",
  dimensions: 8,
  truncation: "none",
  pooling: "none",
  normalised: true,
  instruction: "",
};

/** The sample's vectors as the encoder of a comparison. */
export function givenEncoder({ vectors }: Sample): EncoderChoice {
  return { kind: "given", spec: "made-up", vectors: { vectors, fingerprint: madeUpFingerprint } };
}

/** The sample's vectors as the embedding step of one seed. */
export function givenVectors({ vectors }: Sample): EmbedRows {
  return () => Promise.resolve({ vectors, encoder: { fingerprint: madeUpFingerprint } });
}

interface Islands extends SampleSize {
  readonly experts: number;
  readonly elsewhere: number;
  readonly flip: number;
}

function islands({ queries, seed, experts, elsewhere, flip }: Islands): Sample {
  const random = seededRandom("islands", seed);
  const islandOf = Array.from({ length: queries }, (_, i) => i % experts);
  const score = islandOf.map((island) =>
    Array.from({ length: experts }, (_, j) => {
      const right = j === island ? 1 : bernoulli(random, elsewhere);
      return bernoulli(random, flip) === 1 ? 1 - right : right;
    }),
  );
  return { table: priced(score, random), vectors: unitRows(queries, random, (i) => islandOf[i]!) };
}

/** Three data sets in blocks, model j at about 0.001 · (j + 1) USD a call. */
function priced(score: readonly (readonly number[])[], random: Random): OutcomeTable {
  return tableOf({
    score,
    models: Array.from({ length: score[0]!.length }, (_, j) => `model-${j}`),
    datasetOf: score.map((_, i) => ["alpha", "beta", "gamma"][Math.floor((3 * i) / score.length)]!),
    costUsd: score.map((line) => line.map((_, j) => 0.001 * (j + 1) * (0.5 + random.uniform()))),
  });
}

function bernoulli(random: Random, p: number): 0 | 1 {
  return random.uniform() < p ? 1 : 0;
}

/** [n][m] as a matrix of embeddings. */
export function vectorsOf(rows: readonly (readonly number[])[]): Matrix32 {
  const { rows: n, cols, data } = fromRows(rows);
  return { rows: n, cols, data: Float32Array.from(data) };
}
