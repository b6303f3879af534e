/** Official harnesses: results as they write them, and a stand-in that takes their arguments and writes their files. */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../../test/support/temporary-folder.ts";
import { PrerequisiteError, SignalboxError } from "../../core/errors.ts";
import { readResults } from "../../store/read-results.ts";
import type { ResultFile } from "../../store/write-result-file.ts";
import { importHarnessResults } from "./import-harness-results.ts";
import { runHarness, sweBenchRun, tau2Run } from "./run-harness.ts";

const now = (): Date => new Date("2026-03-01T12:00:00Z");
const quiet = { onOutput: () => undefined };

const swe = {
  resolved_ids: ["demo__demo-2"],
  unresolved_ids: ["demo__demo-1"],
  empty_patch_ids: ["demo__demo-3"],
  error_ids: ["demo__demo-4"],
  incomplete_ids: ["demo__demo-5"],
  schema_version: 2,
};

const simulation = (
  task_id: string,
  termination_reason: string,
  reward: number | null,
  agent_cost: number,
): object => ({
  id: `${task_id}-${agent_cost}`,
  task_id,
  termination_reason,
  agent_cost,
  reward_info: reward === null ? null : { reward },
  messages: [],
});

const tau2 = {
  info: { git_commit: "abc123", environment_info: { domain_name: "retail" }, agent_info: { llm: "maker/small" } },
  tasks: ["7", "8", "9"].map((id) => ({ id, user_scenario: { instructions: { reason_for_call: `Call ${id}.` } } })),
  simulations: [
    simulation("7", "user_stop", 1, 0.2),
    simulation("7", "max_steps", 0, 0.4),
    simulation("8", "infrastructure_error", null, 0),
  ],
};

const recordsAt = async (path: string): Promise<ResultFile["records"]> =>
  (JSON.parse(await readFile(path, "utf8")) as ResultFile).records;

test("a run report of SWE-bench becomes a result file: resolved or not, infrastructure unscored, untried left out", async () => {
  const output = await temporaryFolder();
  const path = join(output, "maker__small.run-1.json");
  await writeFile(path, JSON.stringify(swe));

  const taken = await importHarnessResults("swe-bench", path, {
    output,
    now,
    queries: new Map(
      ["1", "2", "3", "4", "5"].map((n) => [`demo__demo-${n}`, n === "2" ? "area(-1) should raise" : ""]),
    ),
  });

  expect(taken).toMatchObject({ model: "maker__small", scored: 3, mean: 1 / 3, failed: 1, untried: 1 });
  const records = await recordsAt(taken.path);
  expect(records.map(({ index, score, prompt }) => [index, score, prompt])).toEqual([
    [1, 0, "demo__demo-1"],
    [2, 1, "area(-1) should raise"],
    [3, 0, "demo__demo-3"],
    [4, null, "demo__demo-4"],
  ]);
  const { table } = await readResults(join(output, "results"), { snapshot: "off", unscored: "missing" });
  expect([...table.score.data]).toEqual([0, 1, 0, NaN]);
});

test("a folder of SWE-bench's reports, one an instance, is read with its tests", async () => {
  const output = await temporaryFolder();
  const tests = { FAIL_TO_PASS: { success: ["a"], failure: ["b"] } };
  for (const [id, resolved] of [
    ["demo__demo-1", false],
    ["demo__demo-2", true],
  ] as const) {
    await mkdir(join(output, "logs", id), { recursive: true });
    const report = { patch_exists: true, patch_successfully_applied: true, resolved, tests_status: tests };
    await writeFile(join(output, "logs", id, "report.json"), JSON.stringify({ [id]: report }));
  }

  const options = { output, now, queries: new Map(["demo__demo-1", "demo__demo-2"].map((id) => [id, ""])) };
  await expect(importHarnessResults("swe-bench", join(output, "logs"), options)).rejects.toThrow("name no model");
  const taken = await importHarnessResults("swe-bench", join(output, "logs"), { ...options, model: "small" });

  expect(taken).toMatchObject({ model: "small", scored: 2, mean: 0.5 });
});

/** A folder of reports, all resolved. */
async function reportsOf(output: string, model: string, ids: readonly string[]): Promise<string> {
  const folder = join(output, model);
  await mkdir(folder);
  for (const id of ids) {
    await mkdir(join(folder, id));
    await writeFile(join(folder, id, "report.json"), JSON.stringify({ [id]: { resolved: true } }));
  }
  return folder;
}

test("models that were evaluated on different tasks are joined by task, not by place", async () => {
  const output = await temporaryFolder();
  const queries = new Map(["aa", "bb", "cc", "dd"].map((id) => [id, `issue ${id}`]));
  for (const [model, ids] of [
    ["first", ["aa", "bb", "cc", "dd"]],
    ["second", ["aa", "cc", "dd"]],
  ] as const) {
    const path = await reportsOf(output, model, ids);
    await importHarnessResults("swe-bench", path, { output, now, model, queries });
  }
  const { table } = await readResults(join(output, "results"), { snapshot: "off" });
  expect(table.prompts).toEqual(["issue aa", "issue bb", "issue cc", "issue dd"]);
  const untried = table.prompts.map((_, i) => table.models.map((__, j) => Number.isNaN(table.score.data[i * 2 + j])));
  expect(untried).toEqual([
    [false, false],
    [false, true],
    [false, false],
    [false, false],
  ]);
});

test("a folder of reports without the set's rows, and a task that is not among them, are refused", async () => {
  const output = await temporaryFolder();
  const path = await reportsOf(output, "small", ["aa", "cc"]);
  const options = { output, now, model: "small" };
  await expect(importHarnessResults("swe-bench", path, options)).rejects.toThrow(/only the tasks .* --tasks/);
  const queries = new Map([["aa", ""]]);
  await expect(importHarnessResults("swe-bench", path, { ...options, queries })).rejects.toThrow(/"cc" is not among/);
});

test("results that number their tasks otherwise than another model's are refused", async () => {
  const output = await temporaryFolder();
  const take = async (llm: string, tasks: readonly object[]): Promise<unknown> => {
    const path = join(output, "results.json");
    await writeFile(path, JSON.stringify({ ...tau2, tasks, info: { ...tau2.info, agent_info: { llm } } }));
    return await importHarnessResults("tau2-bench", path, { output, now });
  };
  await take("first", tau2.tasks);
  await expect(take("second", tau2.tasks.slice(1))).rejects.toThrow(/number 1 is the task "retail\/7" here/);
  await expect(take("second", tau2.tasks)).resolves.toMatchObject({ scored: 1 });
});

test("results of tau2-bench: the mean over trials, the agent's cost, the version; a broken run is unscored", async () => {
  const output = await temporaryFolder();
  const path = join(output, "results.json");
  await writeFile(path, JSON.stringify(tau2));

  const taken = await importHarnessResults("tau2-bench", path, { output, now });

  expect(taken).toMatchObject({ split: "retail", model: "maker__small", scored: 1, mean: 0.5, failed: 1, untried: 1 });
  const [seven, eight] = await recordsAt(taken.path);
  expect(seven).toMatchObject({ prompt: "Call 7.", score: 0.5, extra_fields: { harness: { version: "abc123" } } });
  expect(seven?.cost).toBeCloseTo(0.3, 12);
  expect(eight).toMatchObject({ score: null, extra_fields: { status: "sandbox-error" } });
});

test("a folder whose simulations lie beside results.json is read whole", async () => {
  const output = await temporaryFolder();
  await mkdir(join(output, "run", "simulations"), { recursive: true });
  await writeFile(join(output, "run", "results.json"), JSON.stringify({ ...tau2, simulations: [] }));
  for (const [i, one] of tau2.simulations.entries())
    await writeFile(join(output, "run", "simulations", `${i}.json`), JSON.stringify(one));
  expect(await importHarnessResults("tau2-bench", join(output, "run"), { output, now })).toMatchObject({
    scored: 1,
    failed: 1,
  });
});

/** A program that notes its arguments and writes what the harness would. */
async function standIn(body: string): Promise<{ readonly command: string; readonly folder: string }> {
  const folder = await temporaryFolder();
  const command = join(folder, "stand-in");
  const head = `#!${process.execPath}\nconst fs = require("fs"), args = process.argv.slice(2);\n`;
  await writeFile(command, `${head}fs.writeFileSync("args.json", JSON.stringify(args));\n${body}`, { mode: 0o755 });
  return { command, folder };
}

test("SWE-bench's harness is run with its documented arguments, none of them through a shell, and its report found", async () => {
  const body = `const run = args[args.indexOf("--run_id") + 1];
console.log("Evaluation");
fs.writeFileSync("maker__small." + run + ".json", ${JSON.stringify(JSON.stringify(swe))});`;
  const { command, folder } = await standIn(body);
  const predictions = join(folder, "patches.jsonl");
  await writeFile(
    predictions,
    JSON.stringify({ instance_id: "demo__demo-1", model_name_or_path: "maker/small", model_patch: "" }),
  );
  let printed = "";
  const run = sweBenchRun({ predictions, datasetName: "set; touch owned", runId: "r1", workers: 2, folder, command });

  const report = await runHarness(run, { onOutput: (text) => (printed += text) });

  expect(report).toBe(join(folder, "maker__small.r1.json"));
  expect(printed).toContain("Evaluation");
  expect(JSON.parse(await readFile(join(folder, "args.json"), "utf8"))).toEqual(
    [
      "-m swebench.harness.run_evaluation --dataset_name".split(" "),
      "set; touch owned",
      "--predictions_path",
      predictions,
    ]
      .flat()
      .concat("--max_workers 2 --run_id r1".split(" ")),
  );
  expect(await importHarnessResults("swe-bench", report, { output: folder, now })).toMatchObject({ scored: 3 });
});

test("tau2's command is run likewise, and its results are found under simulations/", async () => {
  const body = `const name = args[args.indexOf("--save-to") + 1];
fs.mkdirSync("simulations");
fs.writeFileSync("simulations/" + name + ".json", ${JSON.stringify(JSON.stringify(tau2))});`;
  const { command, folder } = await standIn(body);
  const run = tau2Run({ domain: "retail", agent: "a", user: "u", trials: 2, runId: "r1", folder, command });
  const report = await runHarness(run, quiet);
  expect(await importHarnessResults("tau2-bench", report, { output: folder, now })).toMatchObject({
    split: "retail",
    scored: 1,
  });
});

test("a harness that is not installed, fails, or leaves no report says how to go on", async () => {
  const { command, folder } = await standIn("process.exit(args.length === 0 ? 3 : 0);");
  const run = { command, args: [], folder, reports: [join(folder, "none.json")], install: "pip install swebench" };
  await expect(runHarness(run, quiet)).rejects.toThrow(/ended with code 3.*pip install/);
  await expect(runHarness({ ...run, args: ["ok"] }, quiet)).rejects.toThrow(SignalboxError);
  const absent = { ...run, command: join(folder, "nowhere") };
  await expect(runHarness(absent, quiet)).rejects.toThrow(PrerequisiteError);
});

test("a harness under way is stopped by the signal", async () => {
  const { command, folder } = await standIn("console.log('up'); setTimeout(() => undefined, 60_000);");
  const stop = new AbortController();
  const run = { command, args: [], folder, reports: [], install: "" };
  const running = runHarness(run, { signal: stop.signal, onOutput: () => stop.abort() });
  await expect(running).rejects.toThrow("interrupted");
});
