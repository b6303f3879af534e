import { readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../test/support/temporary-folder.ts";
import { agreement } from "./agreement.ts";
import { cannedJudge } from "./canned-judge.ts";
import { readLabelledSample } from "./read-labelled-sample.ts";
import { scoreLabelled } from "./score-labelled.ts";

interface Oracle {
  readonly truth: readonly string[];
  readonly said: readonly string[];
  readonly kappa: number;
  readonly labels: readonly string[];
  readonly confusion: readonly (readonly number[])[];
}

const path = new URL("../../test/fixtures/sklearn/set-metrics.json", import.meta.url);
const oracle = JSON.parse(readFileSync(path, "utf8")) as Oracle;

test("kappa and the table are scikit-learn's, and the interval holds the value", () => {
  const rows = oracle.truth.map((human, i) => ({ id: String(i), human, scorer: oracle.said[i] ?? "" }));
  const { kappa, labels, confusion, disagreeing } = agreement(rows);
  expect(kappa.value).toBeCloseTo(oracle.kappa, 12);
  expect(kappa.low).toBeLessThan(kappa.value);
  expect(kappa.high).toBeGreaterThan(kappa.value);
  expect(labels).toEqual(oracle.labels);
  expect(confusion).toEqual(oracle.confusion);
  expect(disagreeing).toHaveLength(oracle.truth.filter((human, i) => human !== oracle.said[i]).length);
});

test("rows without a score are counted apart, and one label throughout has no kappa", () => {
  const found = agreement([
    { id: "1", human: "1", scorer: "1" },
    { id: "2", human: "1", scorer: "1" },
    { id: "3", human: "0", scorer: undefined },
  ]);
  expect(found).toMatchObject({ rows: 3, unscored: 1, accuracy: { value: 1 }, disagreeing: [] });
  expect(found.kappa.value).toBeNaN();
});

async function sample(...rows: readonly object[]): Promise<string> {
  const file = join(await temporaryFolder(), "labels.jsonl");
  await writeFile(file, rows.map((row) => JSON.stringify(row)).join("\n"));
  return file;
}

test("labels are folded, and answers are scored by their data set's scorer, with a judge where it wants one", async () => {
  const file = await sample(
    { human: "Correct", scorer: true },
    { id: "letter", human: 0, dataset: "gpqa", response: "Answer: B", truth: "B" },
    { id: "judged", human: 1, dataset: "simpleqa", response: "Canberra", truth: "Canberra" },
    { id: "none", human: 1, scorer: null },
  );

  const pairs = await scoreLabelled(await readLabelledSample(file), { judge: cannedJudge(['{"grade": "B"}']) });

  expect(pairs.map(({ id, human, scorer }) => [id, human, scorer])).toEqual([
    ["1", "1", "1"],
    ["letter", "0", "1"],
    ["judged", "1", "0"],
    ["none", "1", undefined],
  ]);
});

test("a row without a label or an answer is refused by its line", async () => {
  await expect(readLabelledSample(await sample({ human: 1, scorer: 1 }, { human: 1 }))).rejects.toThrow(
    /line 2.*neither/,
  );
});
