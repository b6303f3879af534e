/**
 * CPT(x): the smallest share of strong calls whose PGR reaches x, linear between points; a fraction (RouteLLM prints
 * percent). The first crossing is taken, also where PGR does not rise throughout. Infinity when it never gets there,
 * NaN unless strong > weak. Spec §6.
 */
import { defineMetric } from "../core/metric.ts";
import type { Metric, PairInput } from "../core/metric.ts";
import { firstReach } from "../math/hull.ts";
import { recoveryCurve } from "./performance-gap-recovered.ts";

export function callPerformanceThreshold(input: PairInput, recovered: number): number {
  const curve = recoveryCurve(input);
  return curve.length === 0 ? NaN : firstReach(curve, recovered);
}

function defineThreshold(percent: number): Metric<"pair"> {
  return defineMetric({
    name: `cpt-${percent}`,
    title: `CPT(${percent} %)`,
    summary: `Share of strong calls needed to recover ${percent} % of the weak-to-strong gap.`,
    formula: `min{share of strong calls : PGR ≥ ${percent} %}`,
    source: "RouteLLM, arXiv 2406.18665",
    family: "pair",
    unit: "fraction",
    better: "lower",

    compute: (input) => callPerformanceThreshold(input, percent / 100),
  });
}

export const cpt20 = defineThreshold(20);
export const cpt50 = defineThreshold(50);
export const cpt80 = defineThreshold(80);
