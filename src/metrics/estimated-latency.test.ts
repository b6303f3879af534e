import { expect, test } from "vitest";
import { filled } from "../math/matrix.ts";
import { estimateSeconds, estimatedLatency, summariseLatency } from "./estimated-latency.ts";
import { specInput } from "../../test/support/spec-fixture.ts";

test("0.8 s and 10,000 tokens at 40 a second take 250.8 s (§5.13)", () => {
  expect(estimateSeconds(10_000, { timeToFirstTokenSeconds: 0.8, tokensPerSecond: 40 })).toBeCloseTo(250.8, 9);
  expect(estimateSeconds(10, undefined)).toBeNaN();
});

test("1 2 3 4 10 seconds have p50 3, p95 8.8, p99 9.76 (§5.13)", () => {
  const summary = summariseLatency(Float64Array.of(1, 2, 3, 4, 10, NaN), Int32Array.of(0, 0, 0, 0, 1, 1), 2);
  expect(summary.p50).toBe(3);
  expect(summary.p95).toBeCloseTo(8.8, 9);
  expect(summary.p99).toBeCloseTo(9.76, 9);
  expect(summary.meanOfDatasets).toBe(6.25);
  expect(summary.rowsWithoutEstimate).toBe(1);
});

test("models without a table entry have no estimate", () => {
  const { test: rows } = specInput();
  const table = { ...rows.table, completionTokens: filled(6, 3, 100) };
  const speed = { timeToFirstTokenSeconds: 1, tokensPerSecond: 100 };
  const chosen = Int32Array.of(0, 1, 0, 0, 0, -1);
  const summary = estimatedLatency.compute({ test: { ...rows, table }, chosen, throughput: [speed, undefined, speed] });
  expect(summary).toMatchObject({ p50: 2, meanOfDatasets: 2, rowsWithoutEstimate: 2 });
});
