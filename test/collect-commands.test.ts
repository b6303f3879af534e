/** From an empty folder to collected answers: init, check and collect as a user runs them, against the simulator. */
import { readFile, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { startSimulator } from "../src/simulate/chat-server.ts";
import { simulationSchema } from "../src/simulate/script.ts";
import { signalbox } from "./support/command-line.ts";
import { temporaryFolder } from "./support/temporary-folder.ts";

/** A folder as `init` leaves it, its models at a simulator of its own. */
async function started(): Promise<{ folder: string; config: string }> {
  const folder = await temporaryFolder();
  const { code, stdout } = await signalbox(["init", folder]);
  const config = join(folder, "signalbox.yaml");
  expect([code, stdout]).toEqual([0, `${config}\n${join(folder, "prompts.jsonl")}\n`]);
  const simulator = await startSimulator(simulationSchema.parse({}));
  onTestFinished(() => simulator.close());
  const text = await readFile(config, "utf8");
  await writeFile(config, text.replaceAll("http://127.0.0.1:8099/v1", simulator.baseUrl));
  return { folder, config };
}

describe("init", () => {
  test("writes what check accepts as it stands, and replaces nothing unasked", async () => {
    const folder = await temporaryFolder();
    await signalbox(["init", folder]);
    const path = join(folder, "signalbox.yaml");
    const checked = await signalbox(["check", path]);
    expect([checked.code, checked.stderr]).toEqual([0, ""]);
    expect(checked.stdout).toMatch(/^collect would make 36 calls for about [\d.]+ USD/);
    await writeFile(path, "mine");
    await writeFile(join(folder, "prompts.jsonl"), "mine");
    const again = await signalbox(["init", folder]);
    expect([again.code, again.stderr]).toEqual([2, expect.stringContaining("--force")]);
    expect(await readFile(path, "utf8")).toBe("mine");
    expect((await signalbox(["init", folder, "--force"])).code).toBe(0);
    expect(await readFile(path, "utf8")).toContain("schemaVersion: 1");
    expect(await readFile(join(folder, "prompts.jsonl"), "utf8")).toBe("mine");
  });

  test("leads to collected answers: check, collect, check", async () => {
    const { folder, config } = await started();
    const before = JSON.parse((await signalbox(["check", config, "--json"])).stdout) as Record<string, unknown>;
    expect(before).toMatchObject({ wouldStart: true, calls: 36, toAsk: 36, kept: 0 });
    expect(await readdir(folder)).toEqual(["prompts.jsonl", "signalbox.yaml"]);
    const { code, stdout } = await signalbox(["collect", "--config", config]);
    expect([code, stdout]).toEqual([0, expect.stringContaining("GPT-5: 18 answers")]);
    const dry = await signalbox(["collect", "--dry-run", "--config", config]);
    expect(dry.stdout).toMatch(/^Nothing is left to ask: answers had before: 36 in the journal\./);
    expect(dry.stdout).toMatch(/the journal's mean/);
    expect(await readdir(folder)).toEqual(["collected", "prompts.jsonl", "signalbox.yaml"]);
  });
});

describe("check", () => {
  test("exits with 2 where collect would not start, and says everything that is in the way", async () => {
    const { config } = await started();
    const text = await readFile(config, "utf8");
    const priceless = text.replace(/^ {2}GPT-5: .*$/m, "").replaceAll("GPT-5", "nonesuch");
    await writeFile(
      config,
      priceless.replace("    model: Qwen3-235B\n", "    model: Qwen3-235B\n    keyEnv: NO_SUCH_KEY\n"),
    );
    const { code, stdout } = await signalbox(["check", config]);
    expect(code).toBe(2);
    expect(stdout).toMatch(/^collect would not start: 2 things to mend/);
    expect(stdout).toMatch(/"nonesuch" has no price[\s\S]*NO_SUCH_KEY is not set/);
    const { stderr, ...collected } = await signalbox(["collect", "--config", config]);
    expect([collected.code, stderr]).toEqual([2, expect.stringContaining("nonesuch")]);
  });

  test("refuses a file with a key in it, and never shows the key", async () => {
    const { config } = await started();
    const key = ["sk", "canary", "0123456789abcdef"].join("-");
    const text = await readFile(config, "utf8");
    await writeFile(config, text.replace("concurrency: 8", `keyEnw: ${key}`));
    for (const command of [
      ["check", config],
      ["collect", "--config", config],
    ]) {
      const { code, stdout, stderr } = await signalbox(command);
      expect([code, stdout]).toEqual([2, ""]);
      expect(stderr).toMatch(/signalbox\.yaml:\d+:\d+: a key stands in this file/);
      expect(stderr).not.toContain("canary");
    }
  });

  test("names line, column and a near name of a typo", async () => {
    const { config } = await started();
    await writeFile(config, (await readFile(config, "utf8")).replace("  retries: 5", "  retrys: 5"));
    const { code, stderr } = await signalbox(["check", config]);
    expect([code, stderr]).toEqual([
      2,
      expect.stringMatching(/signalbox\.yaml:\d+:\d+: unknown key "retrys"\s+Did you mean "retries"\?/),
    ]);
  });
});
