/**
 * The router's own spend in USD over the test rows (embeddings, scorers, judges). Part of the total, and shown apart.
 * 0 for a router that spends nothing of its own; NaN over a pool without a cost axis. Spec §5.11.
 */
import { defineMetric } from "../core/metric.ts";

export const decisionCost = defineMetric({
  name: "decision-cost",
  title: "Router cost",
  summary: "What the router itself spent; part of the total cost.",
  formula: "Σ cost of embeddings, scorers and judges",
  source: "signalbox",
  family: "replay",
  unit: "USD",
  better: "lower",
  needsCost: true,

  compute: ({ replay }) => replay.decisionCostUsd ?? 0,
});
