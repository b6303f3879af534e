import { mkdtemp, readFile, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { json, scriptedServer } from "../../test/support/scripted-server.ts";
import type { Answer, ScriptedServer } from "../../test/support/scripted-server.ts";
import { tableOf } from "../../test/support/tables.ts";
import { cellStatus } from "../core/outcome-table.ts";
import { chatProvider } from "../providers/registry.ts";
import { openData } from "../store/open-data.ts";
import { checkedBaseUrl, recordHosted } from "./record-hosted.ts";
import type { Recorded, RecordOptions } from "./record-hosted.ts";

const key = "sk-canary-0123456789";
const prompts = ["one?", "two?", "three?", "four?", "five?"];
const table = tableOf({ score: prompts.map(() => [1]), prompts, datasetOf: ["a", "a", "a", "b", "b"] });

const promptIn = (body: string): string =>
  (JSON.parse(body) as { messages: { content: string }[] }).messages[0]!.content;
const reply = (text: string, served = "maker/small"): object => ({
  id: `gen-${text}`,
  model: served,
  choices: [{ message: { content: text }, finish_reason: "stop" }],
  usage: { prompt_tokens: 10, completion_tokens: 2, cost: 0.001 },
});
const wellBehaved: Answer = ({ body }, response) => json(response, reply(`re: ${promptIn(body)}`));

interface Bench {
  readonly server: ScriptedServer;
  readonly output: string;
  readonly record: (options?: Partial<RecordOptions>) => Promise<Recorded>;
}

async function bench(answer: Answer): Promise<Bench> {
  const output = await mkdtemp(join(tmpdir(), "signalbox-record-"));
  const server = await scriptedServer(answer);
  const baseUrl = `${server.url}/v1`;
  const provider = await chatProvider({ format: "openai", baseUrl, apiKey: key });
  onTestFinished(async () => {
    await server.close();
    await provider.close();
    await rm(output, { recursive: true, force: true });
  });
  const hosted = { provider, name: "openrouter", requestedModel: "openrouter/auto", baseUrl, parameters: {} };
  const usual = { output, concurrency: 2, retries: 2, firstWaitMs: 1, timeoutMs: 5000 };
  return { server, output, record: (options = {}) => recordHosted(table, hosted, { ...usual, ...options }) };
}

async function allText(folder: string): Promise<string> {
  const names = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = names.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return (await Promise.all(files.map((file) => readFile(file, "utf8")))).join("\n");
}

describe("recording a hosted router", () => {
  test("asks every prompt once and writes results that can be read, with who answered and when", async () => {
    const { record, server, output } = await bench(wellBehaved);
    const recorded = await record();
    expect([recorded.asked, recorded.kept, recorded.failed, recorded.files.length]).toEqual([5, 0, 0, 2]);
    expect(recorded.billedUsd).toBeCloseTo(0.005, 9);
    expect(server.requests.map(({ body }) => promptIn(body)).toSorted()).toEqual(prompts.toSorted());
    const { table: read, details } = await openData(output, { unscored: "missing", snapshot: "off" });
    expect(read.models).toEqual([{ id: "openrouter" }]);
    const [first] = recorded.files;
    const body = JSON.parse(await readFile(first!, "utf8")) as { records: Record<string, unknown>[] };
    expect(body.records[0]).toMatchObject({
      index: 1,
      prompt: "one?",
      raw_output: "re: one?",
      score: null,
      cost: 0.001,
    });
    expect(body.records[0]).toMatchObject({ requested_model: "openrouter/auto", served_model: "maker/small" });
    expect(details).toBeDefined();
  });

  test("pays for nothing twice, and the same journal gives the same files", async () => {
    const { record, server } = await bench(wellBehaved);
    const first = await record({ limit: 3 });
    const second = await record();
    const third = await record();
    expect([first.asked, second.asked, second.kept, third.asked, third.kept]).toEqual([3, 2, 3, 0, 5]);
    expect(third.files).toEqual(second.files);
    expect(server.requests).toHaveLength(5);
    expect(new Set(server.requests.map(({ headers }) => headers["idempotency-key"])).size).toBe(5);
  });

  test("tries what is worth trying again, and tells what is not", async () => {
    const { record, server, output } = await bench(({ body }, response, nth) => {
      if (nth === 0) return json(response, {}, 429, { "retry-after": "0" });
      if (promptIn(body) === "two?") return json(response, { error: { message: "too long" } }, 400);
      json(response, reply("ok"));
    });
    const { failed, asked, firstFailure } = await record({ concurrency: 1 });
    expect([asked, failed]).toEqual([5, 1]);
    expect(firstFailure).toContain("answered 400: too long");
    expect(server.requests).toHaveLength(6);
    const { table: read } = await openData(output, { unscored: "missing", snapshot: "off" });
    expect([...read.status].filter((status) => status === cellStatus.failed)).toHaveLength(1);
    expect((await record({ concurrency: 1 })).asked).toBe(1);
  });

  test("stops at once where every further call would be refused as well", async () => {
    const { record, server } = await bench((_, response) => json(response, { error: { message: `bad ${key}` } }, 401));
    await expect(record({ concurrency: 1 })).rejects.toThrow(/answered 401/);
    expect(server.requests).toHaveLength(1);
  });

  test("an interruption keeps what was answered", async () => {
    const controller = new AbortController();
    const { record, server } = await bench((request, response, nth) => {
      if (nth === 2) return controller.abort(new Error("enough"));
      return wellBehaved(request, response, nth);
    });
    await expect(record({ concurrency: 1, signal: controller.signal })).rejects.toThrow("interrupted");
    const { asked, kept } = await record({ concurrency: 1 });
    expect([asked, kept]).toEqual([3, 2]);
    expect(server.requests).toHaveLength(6);
  });

  test("the key is in no file and no message", async () => {
    const { record, output } = await bench(({ body }, response) =>
      promptIn(body) === "two?" ? json(response, { error: { message: `no ${key}` } }, 400) : json(response, reply("x")),
    );
    const { firstFailure } = await record();
    expect(firstFailure).toContain("[key]");
    expect(await allText(output)).not.toContain(key);
  });
});

test.each(["http://example.com/v1", "ftp://127.0.0.1", "nowhere", "https://user:pass@example.com"])(
  "%s is no address to send a key to",
  (address) => {
    expect(() => checkedBaseUrl(address)).toThrow(/https address/);
  },
);

test.each(["https://openrouter.ai/api/v1", "http://127.0.0.1:8000/v1", "http://localhost/v1"])("%s is", (address) => {
  expect(checkedBaseUrl(address)).toBe(address);
});
