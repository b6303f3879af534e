import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { again, quiz } from "../../test/support/quiz.ts";
import { put, record, root, write } from "../../test/support/result-folder.ts";
import type { Sandbox } from "../core/sandbox.ts";
import { sgibenchDryExperiment } from "../datasets/sgibench-dryexperiment.ts";
import { writeResultFile } from "../store/write-result-file.ts";
import { verifyResults } from "./verify-results.ts";

describe("verifyResults", () => {
  test("looks at every run of a flat folder, and at no trial run", async () => {
    const head = { dataset_name: "d", split: "test" };
    for (const model of ["a", "b", "c"]) {
      const body = { ...head, model_name: model, counts: 2, demo: model === "c", records: [record(1)] };
      await put(`${model}-20250101_000000.json`, JSON.stringify(body));
    }
    const { files, mismatches } = await verifyResults(root);
    expect([files, mismatches.map(({ what }) => what)]).toEqual([2, ["counts", "counts"]]);
  });

  test("finds that rescored results come out as they say", async () => {
    await quiz();
    await again();
    expect(await verifyResults(root)).toMatchObject({ files: 1, records: 3, rescored: 2, taken: 1, mismatches: [] });
  });

  test("finds a score and a total that were changed by hand", async () => {
    const path = await quiz();
    await again();
    const newest = join(dirname(path), "20260301_120000.json");
    const body = JSON.parse(await readFile(newest, "utf8")) as { readonly records: { score: number }[] };
    if (body.records[1]) body.records[1].score = 0;
    await write({ dataset: "mmlupro", name: "20260301_120000.json", head: body, records: body.records });

    const { mismatches } = await verifyResults(root);

    expect(mismatches.map(({ what, stored, computed }) => [what, stored, computed])).toEqual([
      ["performance", 2 / 3, 1 / 3],
      ["score", 0, 1],
    ]);
  });

  test("takes 0 for no sum of amounts that no record has, nor null for one of those that are there", async () => {
    const nothing = { prompt_tokens: null, completion_tokens: null };
    await write({
      head: { prompt_tokens: 0, completion_tokens: null, cost: null, records_without: { cost: 2 } },
      records: [record(1, 1, nothing), record(2, 1, { ...nothing, cost: null })],
    });

    const { mismatches } = await verifyResults(root);

    expect(mismatches.map(({ what, stored, computed }) => [what, stored, computed])).toEqual([
      ["prompt_tokens", 0, null],
      ["cost", null, 0.01],
      ["records without cost", 2, 1],
    ]);
  });

  test("finds that what the writer writes comes out, with and without amounts", async () => {
    const unknown = { prompt_tokens: null, completion_tokens: null, cost: null };
    const base = { origin_query: "q", prompt: "q", prediction: "", ground_truth: "", raw_output: "a", score: null };
    const records = [
      { ...base, ...unknown, index: 1 },
      { ...base, ...unknown, index: 2, cost: 0.5 },
    ];
    const path = await writeResultFile(root, {
      dataset: "d",
      split: "test",
      model: "m",
      stamp: "20250101_000000",
      records,
    });

    const head = JSON.parse(await readFile(path, "utf8")) as object;
    expect(head).toMatchObject({ counts: 2, prompt_tokens: null, cost: 0.5, records_without: { cost: 1 } });
    expect(await verifyResults(root)).toMatchObject({ files: 1, mismatches: [] });
  });

  test("takes a program's score as stored where a judge settled it, and runs the others again", async () => {
    const { completed, ...row } = sgibenchDryExperiment.example as Readonly<Record<string, unknown>>;
    const scoring = { evaluator: "code-completion", version: 3, rule: "own", status: "scored", basis: "answer" };
    const verdicts = [{ prompt: "output/1", model: "judge-1", reply: "the same" }];
    const one = (index: number, note: object): object =>
      record(index, 1, {
        ...row,
        raw_output: `<answer>${String(completed)}</answer>`,
        extra_fields: { scoring: note },
      });
    await write({
      dataset: "sgibench-dryexperiment",
      records: [one(1, { ...scoring, verdicts, costUsd: 0.01 }), one(2, scoring)],
    });
    const sandbox: Sandbox = {
      name: "scripted",
      run: () => Promise.resolve({ outcome: "failed", stdout: "", stderr: "", wallMs: 1, detail: "" }),
      close: () => Promise.resolve(),
    };

    const { rescored, taken, mismatches } = await verifyResults(root, { sandbox });

    expect([rescored, taken, mismatches.map(({ where }) => /index \d/.exec(where)?.[0])]).toEqual([1, 1, ["index 2"]]);
  });

  test("does not call a score wrong that says nothing of how it was made", async () => {
    await quiz();
    expect(await verifyResults(root)).toMatchObject({ rescored: 2, otherwise: 1, mismatches: [] });
  });
});
