/** A comparison that is killed goes on where it stopped. */
import { spawn } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { commandLinePath, signalbox } from "./support/command-line.ts";
import { temporaryFolder } from "./support/temporary-folder.ts";

const routers = "knn,linear,avengers,embedllm-mf,auto";

async function results(folder: string): Promise<string> {
  const path = join(folder, "results.csv");
  const lines = Array.from({ length: 300 }, (_, i) =>
    [0, 1, 2].map(
      (j) => `what is ${i} times ${(i * 7) % 13} in ring ${i % 3},m${j},${(i + j) % 3 === 0 ? 1 : 0},0.00${j + 1}`,
    ),
  );
  await writeFile(path, `prompt,model,score,cost\n${lines.flat().join("\n")}\n`);
  return path;
}

/** Waits for the first kept run, then kill -9. */
async function killInTheMiddle(args: readonly string[], runs: string): Promise<number> {
  const child = spawn(process.execPath, [commandLinePath, ...args], { stdio: "ignore" });
  const ended = new Promise((resolve) => child.on("close", resolve));
  while (!existsSync(runs) || !readdirSync(runs).some((name) => name.endsWith(".run"))) {
    if (child.exitCode !== null) throw new Error("ended before it could be killed");
    await sleep(5);
  }
  child.kill("SIGKILL");
  await ended;
  return readdirSync(runs).filter((name) => name.endsWith(".run")).length;
}

test("kill -9 loses no finished run, and the report is that of an undisturbed one but for times", async () => {
  const folder = await temporaryFolder();
  const data = await results(folder);
  const cache = join(folder, "cache");
  await mkdir(cache);
  const args = ["compare", data, "--routers", routers, "--seeds", "1,2", "--cache", cache, "--quiet", "--threads", "1"];
  const survived = await killInTheMiddle([...args, "--json", join(folder, "never.json")], join(cache, "runs"));
  expect(existsSync(join(folder, "never.json"))).toBe(false);

  const resumed = await signalbox([...args, "--json", join(folder, "resumed.json")]);
  expect(resumed.code).toBe(0);
  expect(resumed.stdout).toMatch(new RegExp(`${survived} of 18 runs were kept from an earlier comparison`));
  await signalbox([...args, "--rerun", "--json", join(folder, "whole.json")]);
  const timeless = async (name: string): Promise<unknown> =>
    JSON.parse(await readFile(join(folder, name), "utf8"), (key, value: unknown) =>
      ["fitSeconds", "decisionMicros", "keptRuns", "kept"].includes(key) ? undefined : value,
    );
  expect(await timeless("resumed.json")).toEqual(await timeless("whole.json"));
});

test("Ctrl-C keeps what is finished and says so by its exit code", async () => {
  const folder = await temporaryFolder();
  const data = await results(folder);
  const cache = join(folder, "cache");
  const args = ["compare", data, "--routers", routers, "--seeds", "1,2,3", "--cache", cache];
  const { code, stderr } = await signalbox([...args, "--json", join(folder, "never.json")], {
    interruptWhen: /comparing on/,
  });
  expect(code).toBe(130);
  expect(stderr).toContain("nothing was left half-written");
  expect(existsSync(join(folder, "never.json"))).toBe(false);
  const unfinished = existsSync(join(cache, "runs")) ? readdirSync(join(cache, "runs")) : [];
  expect(unfinished.filter((name) => !name.endsWith(".run"))).toEqual([]);
});
