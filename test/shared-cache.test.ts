/**
 * Collectors that share a cache of answers, killed or side by side. The provider knows nothing of idempotency keys: whatever is
 * asked is billed. Only what was under way at a kill, or at the same moment in both, may be billed twice.
 */
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { scanJournal } from "../src/collect/journal/scan.ts";
import { seededRandom } from "../src/math/random.ts";
import { commandLinePath } from "./support/command-line.ts";
import { noRedis, redisServer } from "./support/redis-server.ts";
import { json, scriptedServer } from "./support/scripted-server.ts";
import { temporaryFolder } from "./support/temporary-folder.ts";

const concurrency = 4;
const prompts = 80;

interface Bench {
  readonly folder: string;
  /** how often each prompt was billed */
  readonly billed: ReadonlyMap<string, number>;
  onRequest: () => void;
  /** starts a collector in a folder of its own, with the prompts in this order */
  readonly start: (name: string, order?: "forward" | "backward", cache?: string) => Promise<ChildProcess>;
}

async function bench(): Promise<Bench> {
  const folder = await temporaryFolder();
  const billed = new Map<string, number>();
  const made: Bench = {
    folder,
    billed,
    onRequest: () => undefined,
    async start(name, order = "forward", cache = join(folder, "answers")) {
      const own = join(folder, name);
      await mkdir(own, { recursive: true });
      await writeFile(join(own, "prompts.jsonl"), promptLines(order));
      await writeFile(join(own, "signalbox.yaml"), config(server.url));
      const options = ["collect", "--quiet", "--cache", cache];
      return spawn(process.execPath, [commandLinePath, ...options], {
        cwd: own,
        stdio: ["ignore", "ignore", "inherit"],
      });
    },
  };
  const server = await scriptedServer(({ body }, response) => {
    const { messages } = JSON.parse(body) as { messages: { content: string }[] };
    const prompt = messages[0]!.content;
    billed.set(prompt, (billed.get(prompt) ?? 0) + 1);
    made.onRequest();
    const usage = { prompt_tokens: 5, completion_tokens: 1 };
    json(response, { choices: [{ message: { content: `to ${prompt}` }, finish_reason: "stop" }], usage });
  });
  onTestFinished(() => server.close());
  return made;
}

function promptLines(order: "forward" | "backward"): string {
  const all = Array.from({ length: prompts }, (_, i) => `${JSON.stringify({ prompt: `prompt ${i}` })}\n`);
  return (order === "forward" ? all : all.toReversed()).join("");
}

function config(url: string): string {
  return `schemaVersion: 1
datasets: [{ id: toy, path: prompts.jsonl }]
models: [{ name: small, model: maker/small, baseUrl: "${url}/v1", concurrency: ${concurrency} }]
prices: { small: { inputPerMillionUsd: 1, outputPerMillionUsd: 1, source: test, asOf: 2026-11-24 } }
`;
}

function bills({ billed }: Bench): number {
  return [...billed.values()].reduce((sum, count) => sum + count, 0);
}

async function ended(child: ChildProcess): Promise<number | null> {
  const [code] = (await once(child, "exit")) as [number | null];
  return code;
}

async function answersIn(folder: string, name: string): Promise<number> {
  return (await scanJournal(join(folder, name, "collected", "journal.jsonl"))).done.size;
}

test("kills cost no more than the calls under way, in the same folder or another", { timeout: 240_000 }, async () => {
  const collecting = await bench();
  const random = seededRandom("kills", 2);
  const kills = 8;
  for (let kill = 0; kill < kills; kill++) {
    const child = await collecting.start(kill % 2 === 0 ? "one" : "other");
    let left = 1 + Math.floor(random.uniform() * 12);
    collecting.onRequest = () => {
      if (--left === 0) setTimeout(() => child.kill("SIGKILL"), random.uniform() * 6);
    };
    expect(await ended(child)).toBeNull();
  }
  collecting.onRequest = () => undefined;
  for (const name of ["one", "other"]) {
    expect(await ended(await collecting.start(name))).toBe(0);
    expect(await answersIn(collecting.folder, name)).toBe(prompts);
  }
  expect(collecting.billed.size).toBe(prompts);
  // Beside those that wait for their answer, as many again may wait for the disk.
  expect(bills(collecting)).toBeLessThanOrEqual(prompts + kills * 2 * concurrency);
});

test.each<[string, string | undefined]>([
  ["LMDB", undefined],
  ["Redis", noRedis],
])(
  "two collectors side by side share one cache in %s, and a third asks nothing",
  { timeout: 120_000 },
  async (kind, absent) => {
    if (absent !== undefined) return;
    const collecting = await bench();
    const cache = kind === "Redis" ? (await redisServer()).url : undefined;
    const [one, other] = [
      await collecting.start("one", "forward", cache),
      await collecting.start("other", "backward", cache),
    ];
    expect(await Promise.all([ended(one), ended(other)])).toEqual([0, 0]);
    // They meet once, coming from both ends: there both may have asked the same.
    expect(bills(collecting)).toBeLessThanOrEqual(prompts + 2 * concurrency);
    const before = bills(collecting);
    expect(await ended(await collecting.start("third", "forward", cache))).toBe(0);
    expect(bills(collecting)).toBe(before);
    for (const name of ["one", "other", "third"]) expect(await answersIn(collecting.folder, name)).toBe(prompts);
  },
);
