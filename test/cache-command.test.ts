/** signalbox cache, as a user runs it: what one run paid for is seen, moved, used by another, and cleared. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { signalbox } from "./support/command-line.ts";
import { json, scriptedServer } from "./support/scripted-server.ts";
import { temporaryFolder } from "./support/temporary-folder.ts";

test("an answer paid for once is counted, exported, imported, used and pruned", { timeout: 240_000 }, async () => {
  const folder = await temporaryFolder();
  const server = await scriptedServer((_, response) =>
    json(response, {
      choices: [{ message: { content: "yes" }, finish_reason: "stop" }],
      usage: { prompt_tokens: 5, completion_tokens: 1 },
    }),
  );
  onTestFinished(() => server.close());
  const env = { SIGNALBOX_CACHE: join(folder, "cache"), KEY: "canary-key" };
  const run = async (...args: string[]) => {
    const { code, stdout, stderr } = await signalbox(args, { cwd: folder, env });
    expect(stdout + stderr).not.toContain("canary");
    return { code, stdout, stderr };
  };
  const config = (output: string): string => `schemaVersion: 1
output: ${output}
datasets: [{ id: toy, path: prompts.jsonl }]
models: [{ name: small, model: maker/small, baseUrl: "${server.url}/v1", keyEnv: KEY }]
prices: { small: { inputPerMillionUsd: 2, outputPerMillionUsd: 1, source: test, asOf: 2026-11-24 } }
`;
  await writeFile(join(folder, "prompts.jsonl"), '{"prompt":"a"}\n{"prompt":"b"}\n{"prompt":"c"}\n');
  await writeFile(join(folder, "signalbox.yaml"), config("first"));
  await writeFile(join(folder, "again.yaml"), config("second"));

  expect((await run("collect")).code).toBe(0);
  expect((await run("cache", "stats")).stdout).toMatch(/3 answers.*paid for with 0\.0000330 USD/);
  expect((await run("cache", "export", "-o", "out.jsonl")).stdout).toBe("out.jsonl\n");
  expect((await readFile(join(folder, "out.jsonl"), "utf8")).trim().split("\n")).toHaveLength(3);
  expect(await readFile(join(folder, "out.jsonl"), "utf8")).not.toContain("canary");
  expect((await run("cache", "import", "out.jsonl", "--cache", "moved")).stdout).toBe("3 answers imported\n");
  const second = await run("collect", "--config", "again.yaml", "--cache", "moved");
  expect(second.stdout).toMatch(/3 from the cache/);
  expect(server.requests).toHaveLength(3);
  const results = await run("cache", "import", "first", "--cache", "from-results", "--json");
  expect(JSON.parse(results.stdout)).toMatchObject({ imported: 3, there: 0, unknownModels: {} });
  const pruned = await run("cache", "prune", "--models", "maker/small", "--json");
  expect(JSON.parse(pruned.stdout)).toMatchObject({ removed: 3, kept: 0 });
  expect(JSON.parse((await run("cache", "stats", "--json")).stdout)).toMatchObject({ answers: 0, models: [] });
});

test("wrong uses say what would be right, and exit with 2", { timeout: 240_000 }, async () => {
  const cwd = await temporaryFolder();
  for (const [args, said] of [
    [["prune", "--older-than", "soon"], /Write 12h, 30d or 2w/],
    [["prune", "--max-size", "2"], /Write 500MB or 2GB/],
    [["import", "nowhere/"], /npx signalbox init/],
    [["stats", "--cache", "http://models.example"], /redis:\/\/HOST:PORT/],
  ] as const) {
    const { code, stderr } = await signalbox(["cache", ...args], { cwd, env: { SIGNALBOX_CACHE: join(cwd, "c") } });
    expect([code, stderr]).toEqual([2, expect.stringMatching(said)]);
  }
});
