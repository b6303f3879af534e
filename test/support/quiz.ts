/** A quiz in the result folder of a test, and how it is scored anew. */
import { rescore } from "../../src/scoring/rescore.ts";
import type { RescoreOptions, RescoreReport } from "../../src/scoring/rescore.ts";
import { record, root, write } from "./result-folder.ts";

const now = (): Date => new Date("2026-03-01T12:00:00Z");

/** Scores the folder anew, on the first of March 2026. */
export function again(options: Partial<RescoreOptions> = {}): Promise<RescoreReport> {
  return rescore(root, { rule: "own", now, ...options });
}

export const letters = "A. lead\nB. iron\nC. tin";

/** A quiz of three: one scored too low, one right, one failed call. */
export async function quiz(more: object = {}): Promise<string> {
  const prompt = (n: number): string => `Question ${n}?\n${letters}`;
  return await write({
    dataset: "mmlupro",
    name: "20260101_000000.json",
    records: [
      record(1, 0, { prompt: prompt(1), raw_output: "**Answer:** C", prediction: "", ground_truth: "C", note: "kept" }),
      record(2, 1, { prompt: prompt(2), raw_output: "Answer: A", prediction: "A", ground_truth: "A", ...more }),
      record(3, 0, { prompt: prompt(3), raw_output: "Generation failed: 204", prediction: "", ground_truth: "B" }),
    ],
  });
}
