/** docs/how-to/collect.md, done as it says: its files, its commands, one after the other. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { startSimulator } from "../src/simulate/chat-server.ts";
import { simulationSchema } from "../src/simulate/script.ts";
import { signalbox } from "./support/command-line.ts";
import { temporaryFolder } from "./support/temporary-folder.ts";

const page = await readFile(fileURLToPath(new URL("../docs/how-to/collect.md", import.meta.url)), "utf8");

function block(language: string): string {
  const found = new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, "ms").exec(page)?.[1];
  if (found === undefined) throw new Error(`the page has no ${language}`);
  return found;
}

/** The page's commands, the simulator's own left out: it runs here, on a port of its own. */
const commands = [...page.matchAll(/^npx signalbox ([^#\n]+)/gm)]
  .map(([, words = ""]) => words.trim())
  .filter((words) => words !== "simulate");

test("every command of the page does what it says", { timeout: 240_000 }, async () => {
  const simulator = await startSimulator(simulationSchema.parse({ promptsPerDomain: 1 }));
  onTestFinished(() => simulator.close());
  const cwd = await temporaryFolder();
  await writeFile(join(cwd, "prompts.jsonl"), block("jsonl"));
  await writeFile(join(cwd, "signalbox.yaml"), block("yaml").replaceAll("http://127.0.0.1:8099/v1", simulator.baseUrl));
  const env = { SIGNALBOX_CACHE: join(cwd, "cache") };
  const outputs = new Map<string, string>();
  for (const words of commands) {
    const { code, stdout, stderr } = await signalbox(words.split(" "), { cwd, env });
    expect([words, code, stderr]).toEqual([words, 0, expect.any(String)]);
    outputs.set(words, stdout);
  }
  expect(commands).toEqual(expect.arrayContaining(["check", "collect --dry-run", "collect"]));
  expect(outputs.get("collect")).toMatch(/large: 3 answers.*small: 3 answers/s);
  expect(simulator.counts.requests).toBe(6);
  const again = await signalbox(["collect"], { cwd, env });
  expect(again.stdout).toContain("6 answers kept from earlier runs");
  expect(simulator.counts.requests).toBe(6);
});
