/**
 * The Oracle's guessing floor: the chance that somebody is right when all models of the pool guess among o options.
 *   floor = 1 − (1 − 1/o)^|M|
 * Printed beside the Oracle where a data set declares its number of options: that much of its accuracy is luck at
 * worst. NaN for a data set that declares none. Spec §5.6.
 */
import { defineBreakdown } from "../core/metric.ts";

/** Chance that one of `models` blind guesses among `options` hits. */
export function guessingFloorOf(options: number, models: number): number {
  return options >= 1 ? 1 - (1 - 1 / options) ** models : NaN;
}

export const guessingFloor = defineBreakdown({
  name: "guessing-floor",
  title: "Guessing floor of the Oracle",
  summary: "Chance that somebody is right when every model guesses.",
  formula: "1 − (1 − 1 / options) ^ models",
  source: "signalbox",
  family: "pool",
  unit: "fraction",
  better: "neither",

  compute: ({ test, optionCounts }): Float64Array =>
    Float64Array.from({ length: test.datasets }, (_, d) =>
      guessingFloorOf(optionCounts?.[d] ?? NaN, test.table.models.length),
    ),
});
