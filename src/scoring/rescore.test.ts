import { readFile, readdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { again, letters, quiz } from "../../test/support/quiz.ts";
import { read, record, root, write } from "../../test/support/result-folder.ts";
import { readResults } from "../store/read-results.ts";
import { verifyResults } from "./verify-results.ts";

/** A further sample of the quiz's first two prompts: keys are C and A. */
async function quizSample(sample: number, answers: readonly string[]): Promise<void> {
  const keys = ["C", "A"];
  await write({
    dataset: "mmlupro",
    name: `19991231_23595${10 - sample}.json`,
    head: { sample },
    records: answers.map((letter, i) =>
      record(i + 1, null, {
        prompt: `Question ${i + 1}?\n${letters}`,
        raw_output: `Answer: ${letter}`,
        prediction: "",
        ground_truth: keys[i],
      }),
    ),
  });
}

const filesBeside = async (path: string): Promise<string[]> => (await readdir(dirname(path))).toSorted();

describe("rescore", () => {
  test("writes a new version beside the old, which readers take", async () => {
    const path = await quiz();
    const before = await readFile(path, "utf8");

    const { runs, classes } = await again();

    expect(runs).toMatchObject([
      { records: 3, kept: 1, changed: 1, before: 1 / 3, after: 2 / 3, scoredBy: "mmlu-pro" },
    ]);
    expect(classes).toMatchObject([
      { kind: "now right", count: 1, examples: [{ index: 1, answerEnd: "**Answer:** C" }] },
    ]);
    expect(await filesBeside(path)).toEqual(["20260101_000000.json", "20260301_120000.json"]);
    expect(await readFile(path, "utf8")).toBe(before);
    expect([...(await read()).table.score.data]).toEqual([1, 1, 0]);
  });

  test("says in each record who scored it, and keeps every other field", async () => {
    const path = await quiz();

    await again();

    const written = JSON.parse(await readFile(join(dirname(path), "20260301_120000.json"), "utf8")) as {
      readonly records: readonly object[];
      readonly scored_from: string;
    };
    expect(written.scored_from).toBe("20260101_000000.json");
    expect(written.records[0]).toMatchObject({
      note: "kept",
      score: 1,
      prediction: "C",
      extra_fields: { scoring: { evaluator: "letter", rule: "own", status: "scored", basis: "answer", before: 0 } },
    });
    expect(written.records[2]).not.toHaveProperty("extra_fields");
  });

  test("scores every sample of a run, each beside its own, and tells the mean over samples with its interval", async () => {
    const path = await quiz();
    await quizSample(1, ["C", "B"]);
    await quizSample(2, ["B", "A"]);

    const { runs, overSamples } = await again();

    expect(runs.map(({ sample, after }) => [sample, after])).toEqual([
      [2, 0.5],
      [1, 0.5],
      [0, 2 / 3],
    ]);
    // By prompt: 2 of 3, 2 of 3, and the failed call's 0 of 1.
    const mean = (2 / 3 + 2 / 3 + 0) / 3;
    expect(overSamples).toMatchObject([{ dataset: "mmlupro", samples: 3 }]);
    const [{ name, value, low, high }] = overSamples[0]!.figures as unknown as [
      { name: string; value: number; low: number; high: number },
    ];
    expect([name, value]).toEqual(["accuracy", expect.closeTo(mean, 9)]);
    expect(low).toBeLessThan(mean);
    expect(high).toBeGreaterThan(mean);
    expect(await filesBeside(path)).toEqual([
      "19991231_235958.json",
      "19991231_235959.json",
      "20260101_000000.json",
      "20260301_120000.json",
      "sample1-20260301_120000.json",
      "sample2-20260301_120000.json",
    ]);
    // A table has one cell for a prompt: the mean over its samples.
    expect([...(await read()).table.score.data]).toEqual([2 / 3, 2 / 3, 0]);
    expect((await again()).runs.filter(({ written }) => written !== undefined)).toEqual([]);
    expect(await verifyResults(root)).toMatchObject({ files: 3, records: 7, mismatches: [] });
  });

  test("two items with one text are two items: no pass@k where each was answered once", async () => {
    const answers = ["C", "B"].map((letter, i) =>
      record(i + 1, null, { prompt: `Same?\n${letters}`, raw_output: `Answer: ${letter}`, ground_truth: "C" }),
    );
    await write({ dataset: "mmlupro", name: "20260101_000000.json", records: answers });
    const { runs } = await again();
    expect(runs.flatMap(({ figures }) => figures.map(({ name }) => name))).toEqual(["accuracy"]);
  });

  test("has nothing to do a second time", async () => {
    const path = await quiz();
    await again();

    const { classes, runs } = await again();

    expect([classes, runs.filter(({ written }) => written !== undefined)]).toEqual([[], []]);
    expect(await filesBeside(path)).toHaveLength(2);
  });

  test("writes nothing in a dry run, and elsewhere when told so", async () => {
    const path = await quiz();
    expect((await again({ dryRun: true })).runs).toMatchObject([{ changed: 1 }]);
    expect(await filesBeside(path)).toHaveLength(1);

    const { runs } = await again({ output: join(root, ".other") });

    expect(runs[0]?.written).toContain(".other");
    expect(await filesBeside(path)).toHaveLength(1);
  });

  test("a new version is later than the old, whatever the clock says", async () => {
    const path = await quiz();
    await again({ now: () => new Date("2020-01-01T00:00:00Z") });
    expect(await filesBeside(path)).toEqual(["20260101_000000.json", "20260101_000001.json"]);
  });

  test("the reference's rule gives its own scores", async () => {
    await quiz();
    const { runs } = await again({ rule: "compat" });
    expect(runs).toMatchObject([{ changed: 0, after: 1 / 3 }]);
  });

  test("scores the stored prediction where the answer was not kept", async () => {
    await write({
      dataset: "mmlupro_law",
      records: [
        record(1, 1, { raw_output: "", prediction: "B", ground_truth: "B" }),
        record(2, 0, { raw_output: "", prediction: "", ground_truth: "B" }),
        record(3, null, { raw_output: "", prediction: "", ground_truth: "B" }),
      ],
    });
    const { runs, classes } = await again();
    expect(runs).toMatchObject([{ byPrediction: 2, kept: 1, changed: 0, statuses: { scored: 1, "no-answer": 1 } }]);
    expect(classes).toEqual([]);
  });

  test("an empty answer that was paid for is no answer, and scores 0", async () => {
    const empty = { raw_output: "", prediction: "", ground_truth: "B" };
    await write({
      dataset: "mmlupro_law",
      records: [
        record(1, null, { raw_output: "Answer: B", prediction: "", ground_truth: "B" }),
        record(2, null, empty),
        record(3, null, { ...empty, completion_tokens: null, extra_fields: { finish_reason: "length" } }),
        record(4, null, { ...empty, completion_tokens: 0 }),
        record(5, null, { ...empty, raw_output: "Generation failed: 500" }),
      ],
    });
    const { runs } = await again();
    expect(runs).toMatchObject([{ kept: 2, statuses: { scored: 1, "no-answer": 2 }, after: 1 / 3 }]);
  });

  test("keeps the source's scores where the record lacks what is graded by, and writes nothing", async () => {
    const program = { raw_output: "def f(): pass", prediction: "", ground_truth: "" };
    const path = await write({ dataset: "humaneval", records: [record(1, 1, program), record(2, 0, program)] });

    const { runs, classes } = await again();

    expect(runs).toMatchObject([{ scoresKept: 2, changed: 0, after: 1 / 2, statuses: { "data-error": 2 } }]);
    expect(classes).toEqual([]);
    expect(await filesBeside(path)).toHaveLength(1);
  });

  test("takes its own score back when the key proves unusable", async () => {
    const scoring = { evaluator: "boxed-maths", version: 1, rule: "own", status: "unparseable" };
    const answer = { raw_output: "\\boxed{3}", prediction: "3", ground_truth: "x^{" };
    await write({ dataset: "math500", records: [record(1, 0, { ...answer, extra_fields: { scoring } })] });
    expect(await again()).toMatchObject({ runs: [{ scoresKept: 0 }], classes: [{ kind: "no longer graded" }] });
  });

  test("into another folder goes every file, so that the two can be compared", async () => {
    await quiz();
    await write({
      dataset: "mmlupro",
      model: "n",
      records: [record(1, 1, { raw_output: "Answer: C", prediction: "C", ground_truth: "C" })],
    });
    await write({ dataset: "my-quiz" });

    await again({ output: join(root, ".other") });

    const { table } = await readResults(join(root, ".other"), { snapshot: "off" });
    expect([table.models.length, table.datasets.length]).toEqual([2, 2]);
  });

  test("leaves data sets alone that are none of ours, unless told the family", async () => {
    await write({ dataset: "my-quiz", records: [record(1, null, { raw_output: "Answer: B", ground_truth: "B" })] });
    expect(await again()).toMatchObject({ runs: [], unknown: ["my-quiz"] });
    expect(await again({ evaluator: "letter" })).toMatchObject({ classes: [{ kind: "newly scored", count: 1 }] });
    await expect(again({ evaluator: "leter" })).rejects.toThrow('unknown evaluator "leter"');
  });

  test("stops when it is told to, with nothing half-written", async () => {
    const path = await quiz();
    await expect(again({ signal: AbortSignal.abort() })).rejects.toThrow("interrupted");
    expect(await filesBeside(path)).toHaveLength(1);
  });
});

describe("answers collected after a score", () => {
  const answer = (index: number, letter: string, score: number | null = null): object =>
    record(index, score, { raw_output: `Answer: ${letter}`, prediction: "", ground_truth: "B" });
  const collected = (...letters: string[]): Promise<string> =>
    write({
      dataset: "mmlupro",
      name: "mmlupro-test-m-20000101_000000.json",
      records: letters.map((letter, i) => answer(i + 1, letter)),
    });

  test("are seen by every reader, and scored with the others", async () => {
    await collected("B", "B", "A");
    await again();
    await collected("B", "B", "A", "B", "A", "A");

    const unscored = await read({ unscored: "zero" });
    expect(unscored.table.prompts.length).toBe(6);
    expect(unscored.report.warnings.join()).toContain("was written anew after");
    expect(await verifyResults(root)).toMatchObject({ files: 1, records: 6 });

    // In the same second, and by a clock that went back: the new version still wins.
    expect((await again()).runs).toMatchObject([{ records: 6, carried: 3, after: 0.5 }]);
    const { table, report } = await read();
    expect([...table.score.data]).toEqual([1, 1, 0, 1, 0, 0]);
    expect(report.warnings).toEqual([]);
    expect((await again()).runs).toMatchObject([{ changed: 0, carried: 0 }]);
  });

  test("take no grade over when another answer came, and lose none when the same came again", async () => {
    const path = await collected("B", "B", "A");
    await again();
    await again({ rule: "compat" });
    await collected("B", "A", "A");
    await again();
    expect([...(await read()).table.score.data]).toEqual([1, 0, 0]);
    const versions = (await filesBeside(path)).length;
    await collected("B", "A", "A");
    await again();
    expect(await filesBeside(path)).toHaveLength(versions);
  });
});
