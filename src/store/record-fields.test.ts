import { expect, test } from "vitest";
import { cellStatus } from "../core/outcome-table.ts";
import { recordFields } from "./record-fields.ts";

const good = { index: 3, prompt: "2 + 2?", prompt_tokens: 5, completion_tokens: 2, cost: 0.001, score: 1 };
const read = (change: object): ReturnType<typeof recordFields> => recordFields({ ...good, ...change }, 7, "a.json");
const free = { prompt_tokens: 0, completion_tokens: 0, cost: 0 };

test.each([
  ["a record that failed", { ...free, score: null, raw_output: "Processing failed: timeout" }, "failed", 0],
  ["an unexpected error", { ...free, score: null, raw_output: "Unexpected error: x" }, "failed", 0],
  [
    "a failed generation graded as a wrong answer",
    { ...free, score: 0, raw_output: "Generation failed: 500" },
    "failed",
    0,
  ],
  ["a call without tokens and cost", { ...free, score: 0 }, "failed", 0],
  ["a failure text that was billed", { score: 0, raw_output: "Generation failed: 500" }, "failed", 0],
  ["an answer never scored", { score: null }, "unscored", NaN],
  ["an ordinary wrong answer", { score: 0, raw_output: "The answer is 5" }, "scored", 0],
  ["a tie", { score: 0.5 }, "scored", 0.5],
  ["a free answer by an unpriced model", { cost: 0 }, "scored", 1],
  [
    "an answer without recorded tokens",
    { cost: 0, prompt_tokens: undefined, completion_tokens: undefined },
    "scored",
    1,
  ],
] as const)("%s is told apart", (_, change, status, score) => {
  expect(read(change)).toMatchObject({ status: cellStatus[status], score });
});

test.each([
  ["a score above 1", { score: 1.4 }, "score is 1.4, must be from 0 to 1"],
  ["a score below 0", { score: -0.1 }, "score is -0.1"],
  ["an infinite score", { score: Infinity }, "score is Infinity"],
  ["a NaN score", { score: NaN }, "score is NaN"],
  ["a text for a score", { score: "1.0" }, 'score is "1.0"'],
  ["a boolean score", { score: true }, "score is true"],
  ["no score", { score: undefined }, "record has no score"],
  ["a negative cost", { cost: -1 }, "cost is -1, must be 0 or more"],
  ["a text for a cost", { cost: "free" }, 'cost is "free"'],
  ["negative tokens", { prompt_tokens: -4 }, "prompt_tokens is -4"],
  ["no prompt", { prompt: undefined }, "record has no prompt"],
])("%s is refused, naming file, record, index and remedy", (_, change, problem) => {
  expect(() => read(change)).toThrow(`a.json, record 7 (index 3): ${problem}`);
  expect(() => read(change)).toThrow(/\. [A-Z].*\.$/);
});

test.each([
  ["no index", undefined, "record has no index"],
  ["a broken index", 1.5, "index is 1.5, must be a whole number from 1"],
  ["a text for an index", "1", 'index is "1"'],
])("%s is refused, naming file and record", (_, index, problem) => {
  expect(() => read({ index })).toThrow(`a.json, record 7: ${problem}`);
});

test("a record that is no object is refused", () => {
  expect(() => recordFields([1], 2, "a.json")).toThrow("a.json, record 2: record is [1], not an object");
});

test("unknown fields and extra_fields are kept as JSON text, and the latency is read from them", () => {
  const fields = read({ instance_id: "x-1", extra_fields: { latency_s: 2.5, subject: "art" } });
  expect(JSON.parse(fields.extra)).toEqual({ instance_id: "x-1", extra_fields: { latency_s: 2.5, subject: "art" } });
  expect(fields.latencySeconds).toBe(2.5);
});

test("answers that are no text are kept as JSON text", () => {
  expect(read({ prediction: ["A", 1], ground_truth: 4 })).toMatchObject({ prediction: '["A",1]', groundTruth: "4" });
});
