/** Saved routers for tests of serving: fitted in memory on texts of two kinds, each with its expert, and never on disk. */
import type { OutcomeTable } from "../../src/core/outcome-table.ts";
import type { SavedRouter } from "../../src/experiment/artefact.ts";
import { fitForServing } from "../../src/experiment/fit-for-serving.ts";
import { ngramEncoderFromState } from "../../src/encoders/ngram.ts";
import type { NgramState } from "../../src/encoders/ngram-state.ts";
import { seededRandom } from "../../src/math/random.ts";
import { routerByName } from "../../src/routers/registry.ts";
import { tableOf } from "./tables.ts";

const words = {
  maths: ["prove", "theorem", "prime", "integer", "sum", "divisible", "square root", "equation"],
  letters: ["translate", "poem", "sentence", "french", "novel", "rhyme", "chapter", "author"],
} as const;

/** A text of a kind; the same number gives the same text. */
export function textOf(kind: keyof typeof words, number: number): string {
  const random = seededRandom("textOf", kind, number);
  const drawn = Array.from({ length: 12 }, () => words[kind][random.below(words[kind].length)]!);
  return `${drawn.join(" ")} ${number}`;
}

/**
 * Prompts that alternate between maths and letters. "cheap" (0.001 USD) is right on letters, "strong" (0.01 USD) on maths and
 * mostly on letters, "middle" (0.004 USD) half the time.
 */
export function servingTable(queries = 80): OutcomeTable {
  const random = seededRandom("servingTable", queries);
  const isMaths = (i: number): boolean => i % 2 === 0;
  return tableOf({
    models: ["cheap", "middle", "strong"],
    prompts: Array.from({ length: queries }, (_, i) => textOf(isMaths(i) ? "maths" : "letters", i)),
    score: Array.from({ length: queries }, (_, i) => [
      isMaths(i) ? 0 : 1,
      Number(random.uniform() < 0.5),
      isMaths(i) ? 1 : Number(random.uniform() < 0.9),
    ]),
    costUsd: Array.from({ length: queries }, () => [0.001, 0.004, 0.01]),
    answers: Array.from({ length: queries }, (_, i) =>
      isMaths(i) ? [`w${i}`, `m${i}`, `a${i}`] : [`a${i}`, `m${i}`, `a${i}`],
    ),
  });
}

/** The router as `loadRouter` gives it. */
export async function servingFit(label: string, table: OutcomeTable = servingTable()): Promise<SavedRouter> {
  const { fitted, encoder } = await fitForServing(table, routerByName(label), { seed: 1, encoder: { kind: "ngram" } });
  return {
    fitted,
    encoderSpec: encoder && "ngram",
    encoder: encoder?.state ? ngramEncoderFromState(encoder.state as NgramState) : null,
    warnings: [],
  };
}
