/** From data sets to a verdict: collect, score and compare as a user runs them, over every family of scorers, all over HTTP. */
import { readFile, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { promptOf } from "../src/core/prompt-of.ts";
import { datasetByName } from "../src/datasets/registry.ts";
import { fetchDataset } from "../src/loading/fetch-dataset.ts";
import { loadItems } from "../src/loading/load-items.ts";
import { startSimulator } from "../src/simulate/chat-server.ts";
import { simulationSchema } from "../src/simulate/script.ts";
import type { Simulation } from "../src/simulate/script.ts";
import { signalbox } from "./support/command-line.ts";
import { madeUpMirror } from "./support/made-up-sources.ts";
import { json, scriptedServer } from "./support/scripted-server.ts";
import { temporaryFolder } from "./support/temporary-folder.ts";

/** One of each family. */
const ids = (
  "gpqa math500 finqa bbh korbench knights-and-knaves arc-agi sgibench-wetexperiment " +
  "mbpp livecodebench sgibench-dryexperiment simpleqa"
).split(" ");
const sets = ids.map((id) => datasetByName(id));

/** Another answer of the same form; where there is no easy one, none. */
function spoilt(right: string): string {
  if (/^Answer: [A-J]$/.test(right)) return right.endsWith("A") ? "Answer: B" : "Answer: A";
  if (/ is a knight/.test(right)) return right.replace(" is a knight", " is a knave");
  if (/^\[\[\w+\]\]$/.test(right)) return "[[XYZ]]";
  if (/^\\boxed\{[^{}]*\}$/.test(right)) return "\\boxed{-12345}";
  return "I cannot tell.";
}

async function knownAnswers(mirror: string): Promise<Simulation["known"]> {
  const folder = await temporaryFolder();
  const known: Simulation["known"] = [];
  for (const set of sets) {
    const files = await fetchDataset(set, { folder, mirror, now: () => new Date(0) });
    for (const { item, row } of (await loadItems(set, files)).items) {
      const right = set.selfCheck(row);
      known.push({ prompt: promptOf(set, item).text, right, wrong: spoilt(right) });
    }
  }
  return known;
}

/** A judge over HTTP: whoever cannot tell is wrong. */
async function judgeAddress(): Promise<string> {
  const server = await scriptedServer(({ body }, response) => {
    const isWrong = body.includes("I cannot tell");
    const verdict = isWrong ? { grade: "B", correct: "no" } : { grade: "A", correct: "yes" };
    const content = JSON.stringify({ ...verdict, confidence: 50 });
    const usage = { prompt_tokens: 100, completion_tokens: 10 };
    json(response, { model: "judge-1", choices: [{ message: { content }, finish_reason: "stop" }], usage });
  });
  onTestFinished(() => server.close());
  return `${server.url}/v1`;
}

const price = "{ inputPerMillionUsd: 1, outputPerMillionUsd: 8, source: made up, asOf: 2026-01-01 }";

function configText(models: string): string {
  const pool = ["strong", "weak"].map((name) => `  - { name: ${name}, model: ${name}, baseUrl: "${models}" }`);
  return [
    "schemaVersion: 1",
    "datasets:",
    ...ids.map((id) => `  - { id: ${id} }`),
    "models:",
    ...pool,
    "prices:",
    `  strong: ${price}`,
    `  weak: ${price.replace("8", "1")}`,
  ].join("\n");
}

const judgeText = (judge: string): string =>
  `schemaVersion: 1
datasets: [{ id: math500 }]
models: [{ name: judge, model: judge, baseUrl: "${judge}", stream: false }]
prices: { judge: ${price} }
`;

interface Stored {
  readonly prompt: string;
  readonly raw_output: string;
  readonly score: number | null;
  readonly extra_fields: { readonly prompt_version?: string };
}

async function newestRecords(results: string): Promise<Map<string, Stored[]>> {
  const found = new Map<string, string>();
  for (const path of (await readdir(results, { recursive: true })).toSorted()) {
    if (path.endsWith(".json")) found.set(path.slice(0, path.lastIndexOf("/")), path);
  }
  const records = new Map<string, Stored[]>();
  for (const [folder, path] of found) {
    const body = JSON.parse(await readFile(join(results, path), "utf8")) as { readonly records: Stored[] };
    const [id = ""] = folder.split("/");
    records.set(id, [...(records.get(id) ?? []), ...body.records]);
  }
  return records;
}

// Four commands, each a process: a quarter of a minute, much longer where other work shares the machine.
test(
  "collect, score and compare give every right answer its 1 and every wrong one its 0",
  { timeout: 300_000 },
  async () => {
    const folder = await temporaryFolder();
    const mirror = await madeUpMirror(sets);
    const known = await knownAnswers(mirror.url);
    const simulator = await startSimulator(
      simulationSchema.parse({ promptsPerDomain: 1, known, skills: { strong: 0.8, weak: 0.4 } }),
    );
    onTestFinished(() => simulator.close());
    const judge = await judgeAddress();
    await writeFile(join(folder, "signalbox.yaml"), configText(simulator.baseUrl));
    await writeFile(join(folder, "judge.yaml"), judgeText(judge));
    const env = { SIGNALBOX_CACHE: join(folder, "cache"), SIGNALBOX_MIRROR: mirror.url };
    const run = (...args: string[]) => signalbox(args, { env, cwd: folder });

    const checked = await run("check", "--json");
    expect([checked.code, JSON.parse(checked.stdout)]).toMatchObject([0, { wouldStart: true }]);
    const collected = await run("collect", "-q");
    expect([collected.code, collected.stderr]).toEqual([0, ""]);
    const scored = await run("score", "collected", "--judge", "judge", "--config", "judge.yaml", "--json");
    expect(scored.code).toBe(0);

    const rights = new Set(known.map(({ right }) => right));
    const records = await newestRecords(join(folder, "collected", "results", "bench"));
    expect([...records.keys()].toSorted()).toEqual(ids.toSorted());
    for (const [id, all] of records) {
      for (const { raw_output: said, score, extra_fields: extra } of all) {
        expect([id, said, score]).toEqual([id, said, rights.has(said) ? 1 : 0]);
        expect(extra.prompt_version).toBe(`${id}/1`);
      }
    }
    const scores = [...records.values()].flat().map(({ score }) => score);
    expect(new Set(scores)).toEqual(new Set([0, 1]));

    const compared = await run("compare", "collected", "--routers", "best-single,knn", "--seeds", "1", "--json", "-q");
    expect(compared.code).toBe(0);
    const report = JSON.parse(compared.stdout) as { readonly routers: readonly { readonly name: string }[] };
    expect(report.routers.map(({ name }) => name)).toContain("knn");
  },
);
