/** The whole of `signalbox serve`, with all that it can write turned on: no key, no prompt and no answer is in what it leaves behind. */
import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { signalbox } from "./support/command-line.ts";
import { json, scriptedServer } from "./support/scripted-server.ts";
import type { ScriptedServer } from "./support/scripted-server.ts";
import { fittedFolder, startServe, writeConfig } from "./support/serving-folder.ts";
import type { ServeProcess } from "./support/serving-folder.ts";

const upstreamKey = "sk-proj-CANARY0a1b2c3d4e5f6g7h8i9j0k/+CANARY";
const prompt = "PROMPT-MARKED-5c1f";
const answer = "ANSWER-MARKED-77ab";

const gateway = `gateway:
  keys: required
  state: state
  log: { path: calls.jsonl }
  retries: { attempts: 1, firstWaitSeconds: 0.01 }
`;

/** Answers, refuses, fails and breaks off in turn, and says the key it was called with wherever it can. */
async function tellTale(): Promise<ScriptedServer> {
  const server = await scriptedServer(({ headers }, response, nth) => {
    const key = String(headers.authorization);
    const choices = [{ index: 0, message: { role: "assistant", content: answer }, finish_reason: "stop" }];
    if (nth % 4 === 0) return json(response, { choices, usage: { prompt_tokens: 5, completion_tokens: 5 } });
    if (nth % 4 === 1)
      return json(response, { error: { message: `no credit for ${key}` } }, 402, { "x-request-id": key });
    if (nth % 4 === 2) return json(response, { error: { message: `${prompt} ${key} is too hot` } }, 400);
    return void response.destroy();
  });
  onTestFinished(() => server.close());
  return server;
}

async function filesOf(folder: string): Promise<string> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const texts = await Promise.all(files.map((file) => readFile(file, "latin1")));
  return [...files, ...texts].join("\n");
}

async function ask(serve: ServeProcess, authorization: string): Promise<void> {
  const body = { model: "auto", user: prompt, messages: [{ role: "user", content: prompt }] };
  for (let i = 0; i < 6; i++) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    const response = await serve.post("/v1/chat/completions", body, { authorization, "x-signalbox-session": prompt });
    // oxlint-disable-next-line no-await-in-loop -- as above
    const told = JSON.stringify([...response.headers]) + (await response.text());
    expect(told).not.toMatch(/CANARY/);
  }
}

test(
  "files, streams and spans of a served router hold no key, no prompt and no answer",
  { timeout: 240_000 },
  async () => {
    vi.stubEnv("CANARY_KEY", upstreamKey);
    onTestFinished(() => void vi.unstubAllEnvs());
    const folder = await fittedFolder("cheapest");
    const upstream = await tellTale();
    const collector = await scriptedServer((_, response) => json(response, {}));
    onTestFinished(() => collector.close());
    await writeConfig(folder, `${upstream.url}/v1", keyEnv: "CANARY_KEY`, gateway);
    const serve = await startServe(folder, "--router", "cheapest", "--otlp", collector.url);
    expect(serve.said()).toMatch(/there is no key yet, and so nobody can come in/);
    const made = await signalbox(["keys", "create", "team"], { cwd: folder });
    const secret = made.stdout.trim();
    await ask(serve, `Bearer ${secret}`);
    await ask(serve, `Bearer ${secret.replace("sk-sb-", "sk-sb-x")}`);
    serve.child.kill("SIGTERM");
    expect(await serve.ended).toBe(0);
    expect(upstream.requests.length).toBeGreaterThan(6);
    expect(upstream.requests[0]?.headers.authorization).toBe(`Bearer ${upstreamKey}`);
    const spans = JSON.stringify(collector.requests);
    const left = [serve.said(), spans, await filesOf(folder)].join("\n");
    // What is searched is not empty: a spend line, a call, a span.
    expect(left).toMatch(/"keyName":"team"/);
    expect(left).toMatch(/calls\.jsonl/);
    expect(spans.length).toBeGreaterThan(1000);
    for (const canary of ["CANARY0a1b", secret, secret.slice(6), prompt, answer])
      expect([canary, left.includes(canary)]).toEqual([canary, false]);
  },
);
