/**
 * A collector killed at any moment (SIGKILL, fifty times): no call that was saved is made again, and in the end every
 * answer is there. The provider knows idempotency keys, so that it bills each call once.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { scanJournal } from "../src/collect/journal/scan.ts";
import { seededRandom } from "../src/math/random.ts";
import { commandLinePath } from "./support/command-line.ts";
import { json, scriptedServer } from "./support/scripted-server.ts";
import { temporaryFolder } from "./support/temporary-folder.ts";

const kills = 50;
const prompts = 400;
/** So often the whole command is killed; else the collector alone, which starts in a third of the time. */
const commandEvery = 10;

const command = [commandLinePath, "collect", "--quiet", "--config", "signalbox.yaml"];
const built = (path: string): string => JSON.stringify(new URL(`../dist/${path}`, import.meta.url).href);
const collector = ["--input-type=module", "--eval"].concat(`
  import { openCache } from ${built("cache/open-cache.js")};
  import { collect } from ${built("collect/collect.js")};
  import { readCollectConfig } from ${built("collect/config.js")};
  import { loadDatasets } from ${built("collect/load-datasets.js")};
  const config = await readCollectConfig("signalbox.yaml");
  const datasets = await loadDatasets(config.datasets, ".");
  const { cache } = await openCache(process.env.SIGNALBOX_CACHE + "/answers");
  const how = { output: "collected", environment: {}, allowUnpriced: false, cache: { cache, isOptional: false } };
  await collect(config, datasets, how);
  await cache.close();
`);

test("fifty kills pay for nothing twice and lose nothing", { timeout: 600_000 }, async () => {
  const folder = await temporaryFolder();
  const journal = join(folder, "collected", "journal.jsonl");
  let onRequest = (_key: string): void => undefined;
  const server = await scriptedServer(({ headers }, response) => {
    onRequest(String(headers["idempotency-key"]));
    json(response, {
      choices: [{ message: { content: "yes" }, finish_reason: "stop" }],
      usage: { prompt_tokens: 5, completion_tokens: 1 },
    });
  });
  onTestFinished(() => server.close());
  await writeFile(
    join(folder, "prompts.jsonl"),
    lines((i) => ({ prompt: `prompt ${i}` })),
  );
  await writeFile(join(folder, "signalbox.yaml"), config(server.url));

  const random = seededRandom("kills", 1);
  const billed = new Set<string>();
  const repeated: string[] = [];
  let exit: number | null = null;
  for (let run = 0; run <= kills || exit === null; run++) {
    const saved = run === 0 ? new Set<string>() : (await scanJournal(journal)).done;
    const child = spawn(process.execPath, run % commandEvery === 0 ? command : collector, {
      cwd: folder,
      env: { ...process.env, SIGNALBOX_CACHE: join(folder, "cache") },
    });
    // Killed some requests later, in the middle of whatever it does then; the last run is let be.
    let left = run < kills ? 1 + Math.floor(random.uniform() * 12) : Infinity;
    onRequest = (key) => {
      billed.add(key);
      if (saved.has(key)) repeated.push(key);
      if (--left === 0) setTimeout(() => child.kill("SIGKILL"), random.uniform() * 6);
    };
    [exit] = (await once(child, "exit")) as [number | null];
    if (exit === 0) break;
    expect(exit).toBeNull();
  }
  expect(exit).toBe(0);
  expect(repeated).toEqual([]);
  expect(billed.size).toBe(prompts);
  expect((await scanJournal(journal)).done).toEqual(billed);
  const result = await readFile(await onlyResult(folder), "utf8");
  expect((JSON.parse(result) as { records: unknown[] }).records).toHaveLength(prompts);
});

function lines(of: (i: number) => object): string {
  return Array.from({ length: prompts }, (_, i) => `${JSON.stringify(of(i))}\n`).join("");
}

function config(url: string): string {
  return `schemaVersion: 1
datasets: [{ id: toy, path: prompts.jsonl }]
models: [{ name: small, model: maker/small, baseUrl: "${url}/v1", concurrency: 4 }]
prices: { small: { inputPerMillionUsd: 1, outputPerMillionUsd: 1, source: test, asOf: 2026-11-24 } }
`;
}

async function onlyResult(folder: string): Promise<string> {
  const below = join(folder, "collected", "results", "bench", "toy", "test", "small");
  const [name, ...others] = await readdir(below);
  expect(others).toEqual([]);
  return join(below, name ?? "");
}
