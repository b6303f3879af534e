/** From result files to a served router, as the README walks: fit, serve, ask by OpenAI's client, stop. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import OpenAI from "openai";
import { expect, onTestFinished, test } from "vitest";
import { startSimulator } from "../src/simulate/chat-server.ts";
import { simulatedResultFiles } from "../src/simulate/result-files.ts";
import { simulationSchema } from "../src/simulate/script.ts";
import { writeResultFile } from "../src/store/write-result-file.ts";
import { commandLinePath, signalbox } from "./support/command-line.ts";
import { temporaryFolder } from "./support/temporary-folder.ts";

async function fittedFolder(): Promise<string> {
  const folder = await temporaryFolder();
  for (const file of simulatedResultFiles(10, 7)) {
    // oxlint-disable-next-line no-await-in-loop
    await writeResultFile(join(folder, "results"), file);
  }
  const fit = await signalbox(["fit", "results", "--router", "avengers", "-o", "my-router"], { cwd: folder });
  expect(fit.stderr + fit.stdout).not.toMatch(/error/);
  return folder;
}

async function configured(folder: string, gateway = ""): Promise<void> {
  const simulator = await startSimulator(simulationSchema.parse({ promptsPerDomain: 10 }));
  onTestFinished(() => simulator.close());
  const models = ["GPT-5", "Qwen3-235B"].map(
    (name) => `  - { name: ${name}, model: ${name}, baseUrl: "${simulator.baseUrl}" }`,
  );
  await writeFile(join(folder, "signalbox.yaml"), `schemaVersion: 1\nmodels:\n${models.join("\n")}\n${gateway}`);
}

test("a router fitted on result files is served, asked by OpenAI's client, and stopped by SIGTERM", async () => {
  const folder = await fittedFolder();
  await configured(folder);
  const args = [commandLinePath, "serve", "--router", "my-router", "--listen", "127.0.0.1:0"];
  const child = spawn(process.execPath, args, { cwd: folder, stdio: ["ignore", "pipe", "ignore"] });
  onTestFinished(() => void child.kill("SIGKILL"));
  const [line] = (await once(child.stdout, "data")) as [Buffer];
  const client = new OpenAI({ baseURL: `${line.toString().trim()}/v1`, apiKey: "unused" });
  const asked = { model: "auto", messages: [{ role: "user" as const, content: "What is 17 * 23?" }] };
  const { data, response } = await client.chat.completions.create(asked).withResponse();
  expect(data.choices[0]!.message.content).not.toBe("");
  expect(["GPT-5", "Qwen3-235B"]).toContain(response.headers.get("x-signalbox-model"));
  expect(Number(response.headers.get("x-signalbox-score"))).toBeGreaterThan(0);
  child.kill("SIGTERM");
  expect(await once(child, "exit")).toEqual([0, null]);
});

test.each([
  ["gateway: { listne: 127.0.0.1:1 }", /signalbox\.yaml:5:20: unknown key "listne"[\s\S]*Did you mean "listen"\?/],
  ["gateway: { keys: required }", /a state in memory holds none/],
  ["gateway: { endpoints: { nobody: [{ baseUrl: http://127.0.0.1:1 }] } }", /endpoints of "nobody", which is no model/],
])("%s stops it before it starts", async (gateway, problem) => {
  const folder = await temporaryFolder();
  await configured(folder, `${gateway}\n`);
  const { code, stderr } = await signalbox(["serve", "--router", "my-router"], { cwd: folder });
  expect([code, stderr]).toEqual([2, expect.stringMatching(problem)]);
});
