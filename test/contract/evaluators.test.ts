/** What every data set and its scorer must keep, over both registries. */
import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { array, assert, asyncProperty, constantFrom, oneof, string } from "fast-check";
import { describe, expect, test } from "vitest";
import type { DatasetDefinition } from "../../src/core/dataset.ts";
import { scoreStatuses } from "../../src/core/evaluator.ts";
import type { Answered, ScoreResult } from "../../src/core/evaluator.ts";
import { datasets, findDataset } from "../../src/datasets/registry.ts";
import { evaluators } from "../../src/evaluators/registry.ts";
import { readyScorer, scoreAnswer } from "../../src/scoring/score-answer.ts";

/** What a tool is needed for is held by the tests of that tool. */
const byHand = (dataset: DatasetDefinition): boolean =>
  readyScorer(dataset, exampleOf(dataset, "")).evaluator.needs.length === 0;

function exampleOf(dataset: DatasetDefinition, response: string): Answered {
  const { truth, record, choices } = dataset.toItem(dataset.example, 1);
  return { response, truth, record, choices };
}

/** Read back from a stored result: without the choices of the item. */
function storedExample(dataset: DatasetDefinition, response: string): Answered {
  const { truth, record } = dataset.toItem(dataset.example, 1);
  return { response, truth, record: JSON.parse(JSON.stringify(record)) as Record<string, unknown> };
}

describe.each(datasets.map((dataset) => [dataset.id, dataset] as const))("data set %s", (id, dataset) => {
  test("its example row fits its schema and becomes an item with a prompt that holds the question", () => {
    const row: unknown = dataset.schema.parse(dataset.example);
    const item = dataset.toItem(row, 1);
    expect(item.id).not.toBe("");
    expect(item.query).not.toBe("");
    expect(dataset.prompt(item)).toContain(
      item.query
        .replaceAll(/<image>/g, "")
        .trim()
        .slice(0, 20),
    );
    expect(dataset.prompt(item)).toBe(dataset.prompt(item));
  });

  test("a user's template replaces its prompt", () => {
    const item = dataset.toItem(dataset.example, 1);
    expect(dataset.prompt(item, { template: "Q: {{query}}" })).toBe(`Q: ${item.query}`);
  });

  test("its name and its aliases find it, and its splits say what they hold", () => {
    for (const name of [id, ...dataset.aliases, id.toUpperCase()]) expect(findDataset(name)).toBe(dataset);
    for (const split of Object.values(dataset.splits)) expect(split.files.length).toBeGreaterThan(0);
    expect(Object.keys(dataset.splits)).not.toEqual([]);
    expect(Object.keys(dataset.splits).filter((name) => /^\d+$/.test(name))).toEqual([]);
  });

  test.runIf(byHand(dataset))("a perfect response scores 1, also when read back from a stored result", async () => {
    const perfect = dataset.selfCheck(dataset.example);
    expect(await scoreAnswer(dataset, exampleOf(dataset, perfect))).toMatchObject({ status: "scored", score: 1 });
    expect(await scoreAnswer(dataset, storedExample(dataset, perfect))).toMatchObject({ status: "scored", score: 1 });
  });

  test.runIf(byHand(dataset))("no text, and reasoning that never ends, are no answer", async () => {
    for (const response of ["", "  \n", "<think>Answer: A, so"]) {
      expect(await scoreAnswer(dataset, exampleOf(dataset, response))).toMatchObject({ status: "no-answer", score: 0 });
    }
  });

  test.runIf(byHand(dataset))(
    "no text makes it throw, no score leaves 0 … 1, and twice the same is the same",
    async () => {
      await assert(
        asyncProperty(oddText, constantFrom("own" as const, "compat" as const), async (response, rule) => {
          const answered = exampleOf(dataset, response);
          const result = await scoreAnswer(dataset, answered, { rule });
          expectSound(result);
          expect(await scoreAnswer(dataset, answered, { rule })).toEqual(result);
        }),
        { numRuns: 60 },
      );
    },
  );

  test("a record that lacks everything gives an error status or a score, never an exception", async () => {
    for (const truth of [null, "", "?", 7, []]) {
      for (const response of ["", "Answer: A", "[[1]]"]) {
        expectSound(await scoreAnswer(dataset, { response, truth, record: {} }));
      }
    }
  });
});

const oddPieces = [
  "Answer: ",
  "\\boxed{",
  "}",
  "[[",
  "]]",
  "<think>",
  "</think>",
  "```python\n",
  "(",
  "A",
  "1/2",
  "\n",
  "is",
];
const oddText = oneof(
  string({ unit: "grapheme", maxLength: 200 }),
  array(oneof(constantFrom(...oddPieces), string({ maxLength: 8 })), { maxLength: 20 }).map((all) => all.join("")),
);

function expectSound({ status, score }: ScoreResult): void {
  expect(scoreStatuses).toContain(status);
  const graded = ["scored", "no-answer", "unparseable", "limit"].includes(status);
  if (graded) expect(score >= 0 && score <= 1).toBe(true);
  else expect(score).toBeNaN();
  if (graded && status !== "scored") expect(score).toBe(0);
}

describe("registries", () => {
  test.each(["evaluators", "datasets"])("every definition in src/%s is listed in its registry", async (room) => {
    const folder = fileURLToPath(new URL(`../../src/${room}/`, import.meta.url));
    const listed: readonly unknown[] = room === "evaluators" ? evaluators : datasets;
    const mark = room === "evaluators" ? "score" : "id";
    const isDefinition = (value: unknown): boolean =>
      typeof value === "object" && value !== null && mark in value && ("toItem" in value || "options" in value);
    const defined = new Set<unknown>();
    for (const file of readdirSync(folder).filter((name) => /^(?!registry).*(?<!\.test)\.ts$/.test(name))) {
      const module = (await import(folder + file)) as Record<string, unknown>;
      for (const value of Object.values(module)) if (isDefinition(value)) defined.add(value);
    }
    expect(defined).toEqual(new Set(listed));
  });

  test("no name stands for two data sets, and none for two evaluators", () => {
    const names = datasets
      .flatMap(({ id, aliases }) => [id, ...aliases])
      .map((name) => name.replaceAll(/[^a-z0-9]/gi, ""));
    expect(new Set(names.map((name) => name.toLowerCase())).size).toBe(names.length);
    expect(new Set(evaluators.map(({ name }) => name)).size).toBe(evaluators.length);
  });
});
