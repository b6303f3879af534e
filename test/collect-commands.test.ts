/** From an empty folder to collected answers: init, check and collect as a user runs them, against the simulator. */
import { readFile, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { checkSetup, openSetup } from "../src/cli/collect-setup.ts";
import { estimateToTerminal } from "../src/cli/estimate-view.ts";
import { starterConfig } from "../src/cli/starter-config.ts";
import { startSimulator } from "../src/simulate/chat-server.ts";
import { simulationSchema } from "../src/simulate/script.ts";
import { signalbox } from "./support/command-line.ts";
import { temporaryFolder } from "./support/temporary-folder.ts";

/** A folder as `init` leaves it, but for `change`. */
async function started(change: (text: string) => string): Promise<{ folder: string; config: string }> {
  const folder = await temporaryFolder();
  const config = join(folder, "signalbox.yaml");
  await writeFile(config, change(starterConfig("http://127.0.0.1:8099/v1")));
  await writeFile(join(folder, "prompts.jsonl"), '{"prompt":"one"}\n{"prompt":"two"}\n');
  return { folder, config };
}

async function checked(config: string): Promise<string> {
  return estimateToTerminal(await checkSetup(await openSetup(config), { cache: false }), { colour: false, width: 120 });
}

describe("init", () => {
  test("writes what check accepts as it stands, and collect can run", async () => {
    const folder = await temporaryFolder();
    const config = join(folder, "signalbox.yaml");
    const { code, stdout } = await signalbox(["init", folder]);
    expect([code, stdout]).toEqual([0, `${config}\n${join(folder, "prompts.jsonl")}\n`]);
    expect(await checked(config)).toMatch(
      /^collect would make 36 calls for about [\d.]+ USD, at most [\d.]+, in about/,
    );
    expect(await readdir(folder)).toEqual(["prompts.jsonl", "signalbox.yaml"]);

    const simulator = await startSimulator(simulationSchema.parse({}));
    onTestFinished(() => simulator.close());
    const text = await readFile(config, "utf8");
    await writeFile(config, text.replaceAll("http://127.0.0.1:8099/v1", simulator.baseUrl));
    const collected = await signalbox(["collect", "--no-cache", "--config", config]);
    expect([collected.code, collected.stdout]).toEqual([0, expect.stringContaining("GPT-5: 18 answers")]);
    const after = await signalbox(["collect", "--dry-run", "--no-cache", "--config", config]);
    expect(after.stdout).toMatch(/^Nothing is left to ask: answers had before: 36 in the journal\./);
    expect(after.stdout).toMatch(/Tokens of an answer: .* the journal's mean/);
  });

  test("replaces nothing unasked, and prompts never", async () => {
    const { folder, config } = await started(() => "mine");
    const refused = await signalbox(["init", folder]);
    expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining("--force")]);
    expect(await readFile(config, "utf8")).toBe("mine");
    expect((await signalbox(["init", folder, "--force"])).code).toBe(0);
    expect(await readFile(config, "utf8")).toContain("schemaVersion: 1");
    expect(await readFile(join(folder, "prompts.jsonl"), "utf8")).toContain('"one"');
  });
});

describe("check", () => {
  test("exits with 2 where collect would not start, and says everything that is in the way", async () => {
    const { config } = await started((text) =>
      text
        .replace(/^ {2}GPT-5: .*$/m, "")
        .replaceAll("GPT-5", "nonesuch")
        .replace("    model: Qwen3-235B\n", "    model: Qwen3-235B\n    keyEnv: NO_SUCH_KEY\n"),
    );
    const { code, stdout } = await signalbox(["check", config, "--json", "--no-cache"]);
    expect(code).toBe(2);
    const { wouldStart, problems } = JSON.parse(stdout) as { wouldStart: boolean; problems: { problem: string }[] };
    expect(wouldStart).toBe(false);
    expect(problems.map(({ problem }) => problem)).toEqual([
      '"nonesuch" has no price',
      "the environment variable NO_SUCH_KEY is not set",
    ]);
    expect(await checked(config)).toMatch(/^collect would not start: 2 things to mend/);
  });

  test("refuses a file with a key in it, and never shows the key", async () => {
    const key = ["sk", "canary", "0123456789abcdef"].join("-");
    const { config } = await started((text) => text.replace("concurrency: 8", `keyEnw: ${key}`));
    const { code, stdout, stderr } = await signalbox(["collect", "--config", config]);
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(/signalbox\.yaml:\d+:\d+: a key stands in this file/);
    expect(stderr).not.toContain("canary");
  });

  test("names line, column and a near name of a typo", async () => {
    const { config } = await started((text) => text.replace("  retries: 5", "  retrys: 5"));
    await expect(openSetup(config)).rejects.toThrow(
      /signalbox\.yaml:\d+:\d+: unknown key "retrys"\. Did you mean "retries"\?/,
    );
  });

  test("says when the budget will not do", async () => {
    const { config } = await started((text) => text.replace(/^ {2}budgetUsd: 5 /m, "  budgetUsd: 0.0001 "));
    expect(await checked(config)).toMatch(/the budget of the run is 0\.000100 USD, and about .* more would be spent/);
  });
});

test("Ctrl-C says what is saved and how to go on, and the same command asks the rest", async () => {
  const { config } = await started((text) => text);
  const simulator = await startSimulator(
    simulationSchema.parse({ faults: [{ kind: "hang", models: ["Qwen3-235B"] }] }),
  );
  onTestFinished(() => simulator.close());
  const text = await readFile(config, "utf8");
  await writeFile(config, text.replaceAll("http://127.0.0.1:8099/v1", simulator.baseUrl));
  const command = ["collect", "--no-cache", "--config", config, "--metrics-port", "0"];
  const { code, stderr } = await signalbox(command, { interruptWhen: /metrics at http:/ });
  expect(code).toBe(130);
  expect(stderr).toMatch(
    /answers? of this run saved in .*journal\.jsonl; calls under way were given up, and may be billed/,
  );
  expect(stderr).toContain(`Go on with: npx signalbox collect --config ${config}`);
});
