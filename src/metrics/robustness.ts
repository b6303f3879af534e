/** Robustness: the share of prompts whose decision survives a rewording. NaN without prompts. RouterArena. Spec §6. */
import { defineMetric } from "../core/metric.ts";
import { ratio } from "./relative-gain.ts";

export const robustness = defineMetric({
  name: "robustness",
  title: "Robustness",
  summary: "Share of prompts that go to the same model after a rewording.",
  formula: "prompts with equal decisions / prompts",
  source: "RouterArena, arXiv 2510.00202",
  family: "rewording",
  unit: "fraction",
  better: "higher",

  compute: ({ chosen, chosenReworded }) =>
    ratio(chosen.filter((column, i) => column === chosenReworded[i]).length, chosen.length),
});
