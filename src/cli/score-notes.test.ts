import { expect, test } from "vitest";
import type { RescoredRun, RescoreReport } from "../scoring/rescore.ts";
import { scoreNotes } from "./score-notes.ts";

const run: RescoredRun = {
  dataset: "quiz",
  split: "test",
  model: "m",
  sample: 0,
  scoredBy: "quiz",
  records: 5,
  kept: 0,
  scoresKept: 0,
  carried: 0,
  byPrediction: 0,
  changed: 0,
  before: null,
  after: null,
  statuses: { scored: 2, "data-error": 3 },
  ungradedWhy: 'the key "yes" is no letter',
  figures: [],
  evaluationCostUsd: 0,
};

const notes = (more: Partial<RescoredRun>): string[] =>
  scoreNotes({
    runs: [{ ...run, ...more }],
    overSamples: [],
    classes: [],
    unknown: [],
    left: [],
  } satisfies RescoreReport);

test("answers that could not be graded are told, with the first reason; where a score stays, it is said that it does", () => {
  expect(notes({})).toEqual([
    'note: 3 answers without a score, not 0 (data-error: 3); the first: the key "yes" is no letter',
  ]);
  expect(notes({ scoresKept: 3 })).toEqual([expect.stringMatching(/^note: 3 stored scores kept/)]);
});

test("a judge that failed has one note, not two", () => {
  expect(notes({ statuses: { "judge-error": 2 } })).toEqual([
    expect.stringMatching(/^note: 2 answers without a verdict/),
  ]);
});
