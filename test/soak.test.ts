/** The soak of bench/soak.mjs in short: what it checks of money and answers, not what it measures. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";

const soak = fileURLToPath(new URL("../bench/soak.mjs", import.meta.url));

interface Check {
  readonly what: string;
  readonly holds: boolean;
  readonly is: unknown;
}

test("under load and faults no answer is lost or doubled, and every fault is accounted for", async () => {
  const args = [soak, "--minutes", "0.1", "--per-second", "40", "--fault-every", "10", "--json"];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  onTestFinished(() => void child.kill());
  let said = "";
  child.stdout.on("data", (chunk: Buffer) => (said += chunk.toString()));
  await once(child, "close");
  const result = JSON.parse(said) as { calls: number; faults: Record<string, number>; checks: Check[] };
  expect(result.checks.filter(({ holds }) => !holds)).toEqual([]);
  expect(result.checks.length).toBeGreaterThan(10);
  expect(result.calls).toBe(240);
  expect(Object.keys(result.faults)).toContain("cut stream");
}, 300_000);
