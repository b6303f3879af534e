/**
 * Estimated latency of the asked models, from a dated table of providers. No record holds a latency; this is never put
 * in one column with measured times.
 *   L(p, m) = time to first token(m) + completion tokens(p, m) / tokens per second(m)     seconds
 * Rows without a table entry or a token count have no estimate; they are left out and counted. Spec §5.13.
 */
import { defineBreakdown } from "../core/metric.ts";
import type { LatencyInput, Throughput } from "../core/metric.ts";
import { sortedQuantile } from "../math/quantile.ts";
import { avgAcc } from "./accuracy.ts";

export interface LatencySummary {
  /** mean over data sets of the mean inside each, seconds */
  readonly meanOfDatasets: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly rowsWithoutEstimate: number;
}

/** Seconds until the whole answer is there. A cascade adds its calls, a parallel vote takes the largest. */
export function estimateSeconds(completionTokens: number, speed: Throughput | undefined): number {
  return speed ? speed.timeToFirstTokenSeconds + completionTokens / speed.tokensPerSecond : NaN;
}

/** Summary of one latency per row, NaN = no estimate. */
export function summariseLatency(seconds: Float64Array, datasetOf: Int32Array, datasets: number): LatencySummary {
  const rows = [...seconds.keys()].filter((i) => !Number.isNaN(seconds[i]!));
  const known = Float64Array.from(rows, (i) => seconds[i]!);
  const ascending = known.toSorted();
  return {
    meanOfDatasets: avgAcc(
      known,
      Int32Array.from(rows, (i) => datasetOf[i]!),
      datasets,
    ),
    p50: sortedQuantile(ascending, 0.5),
    p95: sortedQuantile(ascending, 0.95),
    p99: sortedQuantile(ascending, 0.99),
    rowsWithoutEstimate: seconds.length - rows.length,
  };
}

function perRow({ test: { table }, chosen, throughput }: LatencyInput): Float64Array {
  const m = table.models.length;
  return Float64Array.from(chosen, (column, i) =>
    column < 0 ? NaN : estimateSeconds(table.completionTokens.data[i * m + column]!, throughput[column]),
  );
}

export const estimatedLatency = defineBreakdown({
  name: "estimated-latency",
  title: "Estimated latency",
  summary: "Time to the whole answer, estimated from token counts and provider throughput.",
  formula: "time to first token + completion tokens / tokens per second",
  source: "LLMRouterBench, arXiv 2601.07206",
  family: "latency",
  unit: "seconds",
  better: "lower",

  compute: (input) => summariseLatency(perRow(input), input.test.table.datasetOf, input.test.datasets),
});
