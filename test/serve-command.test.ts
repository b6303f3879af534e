/** From result files to a served router, as the README walks: fit, serve, ask by OpenAI's client, stop. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import OpenAI from "openai";
import { expect, onTestFinished, test } from "vitest";
import { commandLinePath, signalbox } from "./support/command-line.ts";
import { configured, fittedFolder } from "./support/serving-folder.ts";
import { temporaryFolder } from "./support/temporary-folder.ts";

test("a router fitted on result files is served, asked by OpenAI's client, and stopped by SIGTERM", async () => {
  const folder = await fittedFolder("avengers");
  await configured(folder);
  const args = [commandLinePath, "serve", "--router", "avengers", "--listen", "127.0.0.1:0"];
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
  ["gateway: { listne: 127.0.0.1:1 }", /signalbox\.yaml:5:12: unknown key "listne"[\s\S]*Did you mean "listen"\?/],
  ["gateway: { keys: required }", /a state in memory holds none/],
  [
    "gateway: { budgets: { models: { GPT5: { day: 1 } } } }",
    /budgets\.models of "GPT5", which is no model[\s\S]*Did you mean "GPT-5"\?/,
  ],
  ["gateway: { endpoints: { nobody: [{ baseUrl: http://127.0.0.1:1 }] } }", /endpoints of "nobody", which is no model/],
])("%s stops it before it starts", async (gateway, problem) => {
  const folder = await temporaryFolder();
  await configured(folder, `${gateway}\n`);
  const { code, stderr } = await signalbox(["serve", "--router", "my-router"], { cwd: folder });
  expect([code, stderr]).toEqual([2, expect.stringMatching(problem)]);
});
