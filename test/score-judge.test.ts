/** `signalbox score --judge`: sets that only a reader can grade, by a model of signalbox.yaml; and what is said without one. */
import { mkdir, readFile, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { signalbox } from "./support/command-line.ts";
import { json, scriptedServer } from "./support/scripted-server.ts";
import type { ScriptedServer } from "./support/scripted-server.ts";
import { temporaryFolder } from "./support/temporary-folder.ts";

const timeout = 30_000;

interface Bench {
  readonly folder: string;
  readonly server: ScriptedServer;
  readonly score: (...more: readonly string[]) => ReturnType<typeof signalbox>;
  readonly newest: () => Promise<StoredFile>;
}

interface StoredFile {
  readonly records: readonly Stored[];
  readonly evaluation?: object;
  readonly cost: number;
}

interface Stored {
  readonly score: number | null;
  readonly cost: number;
  readonly extra_fields?: { readonly scoring?: object };
}

/** Two answers to SimpleQA, and a judge that finds "Canberra" right and all else wrong. */
async function bench(): Promise<Bench> {
  const folder = await temporaryFolder();
  const server = await scriptedServer(({ body }, response) => {
    const isRight = /Answer to be judged:\\n<[^>]+>\\nCanberra/.test(body);
    const usage = { prompt_tokens: 100, completion_tokens: 10 };
    const content = `{"grade": "${isRight ? "A" : "B"}"}`;
    json(response, { model: "judge-1", choices: [{ message: { content }, finish_reason: "stop" }], usage });
  });
  onTestFinished(() => server.close());
  const results = join(folder, "results", "bench", "simpleqa", "test", "small");
  await mkdir(results, { recursive: true });
  const records = ["Canberra", "Sydney"].map((raw_output, i) => ({
    index: i + 1,
    prompt: "Which city is the capital of Australia?",
    raw_output,
    prediction: "",
    prompt_tokens: 10,
    completion_tokens: 5,
    cost: 0.01,
    score: null,
    ground_truth: "Canberra",
    extra_fields: { record: { question: "Which city is the capital of Australia?" } },
  }));
  const head = {
    performance: null,
    counts: 2,
    cost: 0.02,
    model_name: "small",
    dataset_name: "simpleqa",
    split: "test",
  };
  await writeFile(join(results, "simpleqa-test-small-20260101_000000.json"), JSON.stringify({ ...head, records }));
  await writeFile(
    join(folder, "signalbox.yaml"),
    `schemaVersion: 1
cache: ${join(folder, "answers")}
datasets: [{ id: none, path: none.jsonl }]
models: [{ name: grader, model: judge-1, baseUrl: "${server.url}", stream: false }]
prices: { grader: { inputPerMillionUsd: 10, outputPerMillionUsd: 100, source: made up, asOf: 2026-01-01 } }
`,
  );
  return {
    folder,
    server,
    score: (...more) => signalbox(["score", "results", ...more], { cwd: folder }),
    async newest() {
      const name = (await readdir(results)).toSorted().at(-1) ?? "";
      return JSON.parse(await readFile(join(results, name), "utf8")) as StoredFile;
    },
  };
}

test("grades the answers, books the judge apart from the model, and asks nothing twice", { timeout }, async () => {
  const { score, server, newest } = await bench();

  const first = await score("--judge", "grader");

  expect(first.code).toBe(0);
  expect(first.stdout).toContain("2 of 2 changed");
  expect(first.stderr).toContain("judging: 2 calls to the judge, 0.00400 USD; not part of what the models cost");
  const { records, evaluation, cost } = await newest();
  expect(records.map(({ score: value, cost: own }) => [value, own])).toEqual([
    [1, 0.01],
    [0, 0.01],
  ]);
  expect([evaluation, cost]).toEqual([{ judge: "grader", costUsd: 0.004 }, 0.02]);
  expect(records[1]?.extra_fields?.scoring).toMatchObject({
    evaluator: "judged",
    status: "scored",
    judge: "grader",
    costUsd: 0.002,
    parts: { attempted: 1 },
    verdicts: [{ prompt: "simpleqa/1", model: "judge-1", reply: '{"grade": "B"}' }],
  });

  const second = await score("--judge", "grader", "--json");

  expect(JSON.parse(second.stdout)).toMatchObject({ judging: { calls: 0, cached: 2, costUsd: 0 }, classes: [] });
  expect(server.requests).toHaveLength(2);
});

test("without a judge the set is left as it is, with a note that says how", { timeout }, async () => {
  const { score, server, newest } = await bench();

  const { code, stderr, stdout } = await score();

  expect([code, stdout]).toEqual([0, expect.stringContaining("0 records of 0 files scored")]);
  expect(stderr).toContain("simpleqa left as it is (1 file, 2 answers without a score)");
  expect(stderr).toContain("--judge MODEL");
  expect((await newest()).records.map(({ score: value }) => value)).toEqual([null, null]);
  expect(server.requests).toEqual([]);
});

test("a judge that is down takes no score away, and the note says so", { timeout }, async () => {
  const { score, server, newest, folder } = await bench();
  await score("--judge", "grader");
  const config = join(folder, "signalbox.yaml");
  await writeFile(config, `${await readFile(config, "utf8")}run: { retries: 0 }\n`);
  await server.close();

  const { code, stderr } = await score("--judge", "grader", "--no-cache");

  expect(code).toBe(0);
  expect(stderr).toContain("2 answers without a verdict: left as they were, not 0");
  expect((await newest()).records.map(({ score: value }) => value)).toEqual([1, 0]);
});
