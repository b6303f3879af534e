/** signalbox score and verify as a user runs them: what they print, write and end with. */
import { readFile, readdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { mbpp } from "../src/datasets/mbpp.ts";
import { writeResultFile } from "../src/store/write-result-file.ts";
import type { ResultRecord } from "../src/store/write-result-file.ts";
import { signalbox } from "./support/command-line.ts";
import type { Finished } from "./support/command-line.ts";
import { temporaryFolder } from "./support/temporary-folder.ts";

const timeout = 240_000;

function answer(index: number, said: string, key: string, record?: Readonly<Record<string, unknown>>): ResultRecord {
  const prompt = `Question ${index}`;
  const common = {
    index,
    origin_query: prompt,
    prompt,
    prompt_tokens: 1,
    completion_tokens: 1,
    cost: 0.1,
    score: null,
  };
  return {
    ...common,
    prediction: "",
    ground_truth: key,
    raw_output: said,
    ...(record && { extra_fields: { record } }),
  };
}

interface Results {
  readonly root: string;
  readonly quiz: string;
  readonly run: (...args: string[]) => Promise<Finished>;
}

/** Two answers to MMLU-Pro, one of them right, one to a set of the user's own, and two programs. */
async function results(): Promise<Results> {
  const root = await temporaryFolder();
  const file = { split: "test", model: "small", stamp: "20260101_000000" };
  const letters = [answer(1, "Answer: B", "B"), answer(2, "Answer: C", "B")];
  const quiz = await writeResultFile(root, { ...file, dataset: "mmlu-pro", records: letters });
  await writeResultFile(root, { ...file, dataset: "my-quiz", records: [answer(1, "Answer: A", "A")] });
  const { record } = mbpp.toItem(mbpp.example, 1);
  const programs = [answer(1, mbpp.selfCheck(mbpp.example), "", record), answer(2, "```python\npass\n```", "", record)];
  await writeResultFile(root, { ...file, dataset: "mbpp", records: programs });
  const env = { SIGNALBOX_DATASETS: join(root, "own") };
  return { root, quiz, run: (...args) => signalbox(args, { env }) };
}

async function newest(path: string): Promise<{ path: string; body: { records: { score: number | null }[] } }> {
  const name = (await readdir(dirname(path))).toSorted().at(-1) ?? "";
  const found = join(dirname(path), name);
  return { path: found, body: JSON.parse(await readFile(found, "utf8")) as { records: { score: number | null }[] } };
}

describe("score", { timeout }, () => {
  test("scores what it knows, writes new versions beside the old, and names what it does not know", async () => {
    const { root, quiz, run } = await results();
    const { code, stdout, stderr } = await run("score", root, "--json");
    expect(code).toBe(0);
    const report = JSON.parse(stdout) as { runs: { dataset: string; after: number }[]; unknown: string[] };
    expect(Object.fromEntries(report.runs.map(({ dataset, after }) => [dataset, after]))).toEqual({
      mbpp: 0.5,
      "mmlu-pro": 0.5,
    });
    expect(report.unknown).toEqual(["my-quiz"]);
    expect(stderr).toContain("no data set is known by the name of my-quiz");
    expect(stderr).toContain("--evaluator NAME --only my-quiz");
    expect((await newest(quiz)).body.records.map(({ score }) => score)).toEqual([1, 0]);
    const again = await run("score", root, "-q");
    expect([again.code, again.stderr, again.stdout]).toEqual([0, "", expect.stringContaining("none changed")]);
  });

  test("--only and --evaluator score one set by another family, --dry-run writes nothing", async () => {
    const { root, quiz, run } = await results();
    const { code, stdout } = await run(
      "score",
      root,
      "--only",
      "my-quiz",
      "--evaluator",
      "letter",
      "--dry-run",
      "--json",
    );
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      runs: [{ dataset: "my-quiz", scoredBy: "my-quiz", after: 1 }],
      unknown: [],
    });
    expect(await readdir(dirname(quiz))).toHaveLength(1);
  });

  test("a family that is none, and a folder that is not there, are wrong usage", async () => {
    const { root, run } = await results();
    const wrong = await run("score", root, "--evaluator", "leter");
    expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining('Did you mean "letter"')]);
    expect((await run("score", join(root, "nowhere"))).code).toBe(2);
  });
});

describe("verify", { timeout }, () => {
  test("says in words what it did not compute again, and with --sandbox runs the programs", async () => {
    const { root, run } = await results();
    await run("score", root, "-q");
    const plain = await run("verify", root, "-q");
    expect([plain.code, plain.stdout]).toEqual([0, expect.stringContaining("verified: every number comes out")]);
    expect(plain.stdout).toContain("not computed again: 2: programs are run again only with --sandbox");
    expect(plain.stdout).toContain("not computed again: 1: no data set is known by the name");
    const full = await run("verify", root, "--sandbox", "--json", "-q");
    expect(full.code).toBe(0);
    expect(JSON.parse(full.stdout)).toMatchObject({
      results: { rescored: 4, taken: 1, mismatches: [], notRecomputed: [{ count: 1 }] },
    });
  });

  test("fails on a score that was changed by hand, naming file, record and both numbers", async () => {
    const { root, quiz, run } = await results();
    await run("score", root, "-q", "--only", "mmlu-pro");
    const { path, body } = await newest(quiz);
    await writeFile(
      path,
      JSON.stringify({ ...body, records: body.records.map((record) => ({ ...record, score: 1 })) }),
    );
    const { code, stdout } = await run("verify", root, "-q");
    expect(code).toBe(1);
    expect(stdout).toMatch(/index 2: score is 1, comes out as 0/);
    expect(stdout).toContain("NOT verified");
  });
});
