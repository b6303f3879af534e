/**
 * Tables with a planted rule: the best choice for every prompt is known, and what it scores and costs with it.
 * Texts and vectors tell the same islands; where a rule lies in the vector alone, the texts say nothing.
 */
import type { OutcomeTable } from "../../src/core/outcome-table.ts";
import { matrix32, row } from "../../src/math/matrix.ts";
import { seededRandom } from "../../src/math/random.ts";
import type { Random } from "../../src/math/random.ts";
import { oneExpert, tableOf, unitRows, withAnswers } from "./tables.ts";
import type { Sample } from "./tables.ts";

export interface KnownAnswer extends Sample {
  /** what the planted rule itself may spend a prompt, with a twentieth to spare, USD; Infinity where only accuracy counts */
  readonly budgetUsd: number;
}

/** Each of four islands has the model that is always right there. */
export function expertEach(queries: number): KnownAnswer {
  const sample = oneExpert({ queries, seed: 1 });
  return { ...sample, table: worded(sample.table, (i) => i % 4), budgetUsd: Infinity };
}

/** Two islands of 2 : 3, a model for each that is always wrong on the other; the second's costs ten times the first's. */
export function islandEach(queries: number): KnownAnswer {
  const islandOf = (i: number): number => (i % 5 < 2 ? 0 : 1);
  const rows = [...Array(queries).keys()];
  const table = tableOf({
    score: rows.map((i) => [1 - islandOf(i), islandOf(i)]),
    costUsd: rows.map(() => [0.001, 0.01]),
  });
  const vectors = unitRows(queries, seededRandom("island each"), islandOf);
  return { vectors, table: worded(table, islandOf), budgetUsd: Infinity };
}

/**
 * Each model is right where its own direction is the nearest of all, and nowhere else. Model j costs ten times model
 * j − 1; a third of the first's prompts is left out, so that of two the dear one is the better. Near a border no prompt is
 * drawn: what lies there cannot be learnt from a few hundred.
 */
export function linearRule(queries: number, models: number): KnownAnswer {
  const random = seededRandom("linear rule", models);
  const dimensions = 8;
  const directions = Array.from({ length: models }, () => unit(random, dimensions));
  const vectors = matrix32(queries, dimensions);
  const score: number[][] = [];
  while (score.length < queries) {
    const drawn = unit(random, dimensions);
    const values = directions.map((w) => w.reduce((sum, value, c) => sum + value * drawn[c]!, 0));
    const [first, second] = values.toSorted((a, b) => b - a);
    const thinned = first === values[0] && random.uniform() < 1 / 3;
    if (thinned || first! - second! < 0.15) continue;
    row(vectors, score.length).set(drawn);
    score.push(values.map((value) => (value === first ? 1 : 0)));
  }
  const costUsd = score.map((line) => line.map((_, j) => 0.001 * 10 ** j));
  return { vectors, table: withAnswers(tableOf({ score, costUsd })), budgetUsd: Infinity };
}

/**
 * Two cheap models that are right on the same half of the prompts, whichever, and differ and hedge on the other; a dear
 * one that is always right. The question tells nothing, the answers everything. Best: ask cheap, then dear where it shows.
 */
export function cascadeRule(queries: number): KnownAnswer {
  const random = seededRandom("cascade rule");
  const easy = Array.from({ length: queries }, () => random.below(2) === 0);
  const cheapUsd = 0.001;
  const dearUsd = 0.02;
  const hard = easy.filter((own) => !own).length / queries;
  return {
    vectors: unitRows(queries, random, () => 0),
    table: tableOf({
      models: ["cheap-a", "cheap-b", "dear"],
      score: easy.map((own) => [own ? 1 : 0, own ? 1 : 0, 1]),
      costUsd: easy.map(() => [cheapUsd, cheapUsd, dearUsd]),
      answers: easy.map((own, i) => {
        const wrong = [1, 2].map((slip) => `I am not sure, perhaps ${17 * i + slip}.`);
        return own ? [`${17 * i}`, `${17 * i}`, `${17 * i}`] : [...wrong, `${17 * i}`];
      }),
    }),
    budgetUsd: 1.05 * (2 * cheapUsd + hard * dearUsd),
  };
}

/** A unit vector of any direction. */
function unit(random: Random, dimensions: number): number[] {
  const drawn = Array.from({ length: dimensions }, () => random.normal());
  const length = Math.hypot(...drawn);
  return drawn.map((value) => value / length);
}

const islandWords = ["algebra triangle", "contract liability", "python recursion", "enzyme protein"];

/** The table with texts that name their island, each text its own, and answers that tell nothing but who agrees. */
function worded(table: OutcomeTable, islandOf: (i: number) => number): OutcomeTable {
  return { ...withAnswers(table), prompts: table.prompts.map((_, i) => `${islandWords[islandOf(i)]} question ${i}`) };
}
