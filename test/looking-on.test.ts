/** What one sees of a collection from outside: bars on a terminal, and a worker's spans and metrics. */
import { spawnSync } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { collect } from "../src/collect/collect.ts";
import { readCollectConfig } from "../src/collect/config.ts";
import { queueEngine } from "../src/collect/engine/queue-engine.ts";
import { loadDatasets } from "../src/collect/load-datasets.ts";
import { commandLinePath } from "./support/command-line.ts";
import { noRedis, redisServer } from "./support/redis-server.ts";
import { json, scriptedServer } from "./support/scripted-server.ts";
import type { ScriptedServer } from "./support/scripted-server.ts";
import { temporaryFolder } from "./support/temporary-folder.ts";
import { startCommand } from "./support/worker-process.ts";

const prompts = 3;
/** Processes start slowly where many do. */
const patience = { timeout: 60_000 };

async function folderFor({ url }: ScriptedServer): Promise<string> {
  const folder = await temporaryFolder();
  const lines = Array.from({ length: prompts }, (_, n) => JSON.stringify({ prompt: `prompt ${n}` }));
  await writeFile(join(folder, "prompts.jsonl"), lines.join("\n"));
  const price = "{ inputPerMillionUsd: 1, outputPerMillionUsd: 2, source: test, asOf: 2026-11-24 }";
  const models = ["first", "second"].map(
    (name) => `  - { name: ${name}, model: maker/${name}, baseUrl: "${url}/v1", stream: false }`,
  );
  await writeFile(
    join(folder, "signalbox.yaml"),
    `schemaVersion: 1\noutput: out\ndatasets: [{ id: toy, path: prompts.jsonl }]\nmodels:\n${models.join("\n")}\nprices: { first: ${price}, second: ${price} }\n`,
  );
  return folder;
}

async function provider(): Promise<ScriptedServer> {
  const server = await scriptedServer((_request, response) =>
    json(response, {
      choices: [{ message: { content: "yes" }, finish_reason: "stop" }],
      usage: { prompt_tokens: 5, completion_tokens: 7 },
    }),
  );
  onTestFinished(() => server.close());
  return server;
}

// util-linux's script gives a command a terminal of its own.
const noTerminal = spawnSync("script", ["--version"]).status !== 0;

test.skipIf(noTerminal)("on a terminal each model has a bar, which counts to its end", patience, async () => {
  const folder = await folderFor(await provider());
  const command = `'${process.execPath}' '${commandLinePath}' collect --no-cache`;
  const { said, ended } = terminal(command, folder);
  expect(await ended, said()).toBe(0);
  for (const name of ["first", "second"]) {
    expect(said()).toMatch(new RegExp(`${name} +=+ ${prompts}/${prompts}`));
    expect(said()).toContain(`${name}: ${prompts} answers`);
  }
});

function terminal(command: string, folder: string): ReturnType<typeof startCommand> {
  return startCommand(["--quiet", "--return", "--command", command, "/dev/null"], folder, { TERM: "xterm" }, "script");
}

test.skipIf(noRedis)("a worker serves its metrics and sends its spans", patience, async () => {
  const folder = await folderFor(await provider());
  const traces = await scriptedServer((_request, response) => json(response, {}));
  onTestFinished(() => traces.close());
  const redis = await redisServer();
  const flags = ["--metrics-port", "0", "--otlp", `${traces.url}/v1/traces`, "--threads", "0"];
  const worker = startCommand(["worker", "--redis", redis.url, "--poll", "0.1", ...flags], folder);
  const config = await readCollectConfig(join(folder, "signalbox.yaml"));
  const datasets = await loadDatasets(config.datasets, folder);
  const engine = queueEngine({ redis: redis.url, stalledAfterMs: 30_000, checkMs: 100 });
  const output = join(folder, "out");
  await collect(config, datasets, { environment: {}, allowUnpriced: false, output, engine });

  const [, address = ""] = /metrics at (http:\S+)/.exec(worker.said()) ?? [];
  const metrics = await (await fetch(address)).text();
  expect(metrics).toMatch(/gen_ai_client_operation_duration_seconds_count\{[^}]*maker\/first[^}]*\} 3/);
  worker.child.kill("SIGTERM");
  await worker.ended;
  expect(traces.requests.length).toBeGreaterThan(0);
});
