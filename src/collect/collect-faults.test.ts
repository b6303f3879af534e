/** Collecting from a provider that fails in every way a script knows: each failure has a name, and none passes for an answer. */
import { createServer } from "node:net";
import type { AddressInfo, Server } from "node:net";
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { scriptedServer, json } from "../../test/support/scripted-server.ts";
import { simulatedCollection } from "../../test/support/simulated-collection.ts";
import type { Collection, CollectionOptions, Script } from "../../test/support/simulated-collection.ts";
import { cellStatus } from "../core/outcome-table.ts";
import { openData } from "../store/open-data.ts";
import type { Fault } from "../simulate/script.ts";
import type { Collected } from "./collect.ts";
import type { CollectConfig } from "./config-schema.ts";
import type { FailedCall, SucceededCall } from "./journal/record.ts";

interface Outcome extends Collection {
  readonly collected: Collected;
}

async function collectFrom(
  script: Script,
  change: Partial<CollectConfig["run"]> = {},
  options: CollectionOptions = { prompts: 1 },
): Promise<Outcome> {
  const collection = await simulatedCollection(script, options);
  return { ...collection, collected: await collection.run(change) };
}

/** The only call's record, which failed; its result file says so too, and no cost and no score with it. */
async function failureIn({ records, collected, output }: Outcome): Promise<FailedCall> {
  const [record] = await records();
  expect(record!.status).toBe("fail");
  expect(collected.models[0]).toMatchObject({ done: 0, failed: 1, costUsd: 0 });
  const [file] = collected.files;
  const written = (JSON.parse(await readFile(file!, "utf8")) as { records: Record<string, unknown>[] }).records;
  expect(written[0]).toMatchObject({ score: null, cost: null, prompt_tokens: null, completion_tokens: null });
  expect(String(written[0]!["raw_output"])).toMatch(/^Generation failed: /);
  const { table } = await openData(output, { snapshot: "off" });
  expect([table.status[0], table.costUsd.data[0]]).toEqual([cellStatus.failed, NaN]);
  return record as FailedCall;
}

async function answerIn({ records }: Outcome): Promise<SucceededCall> {
  const record = (await records()).at(-1);
  expect(record!.status).toBe("done");
  return record as SucceededCall;
}

const always = (kind: Fault["kind"], more: object = {}): Script => ({ faults: [{ kind, ...more }] });

describe("a failed call", () => {
  test("of a provider that is down says that it could not be reached, after every retry", async () => {
    const closed = await listening();
    const baseUrl = closed.url;
    await closed.close();
    const failed = await failureIn(await collectFrom({}, { retries: 2 }, { prompts: 1, baseUrl }));
    expect(failed).toMatchObject({ failure: "connect", attempts: 3, httpStatus: NaN });
    expect(failed.reason).toContain("could not be reached (ECONNREFUSED)");
  });

  test.each([
    ["status", { status: 503 }, { failure: "server", httpStatus: 503, attempts: 3 }, "answered 503: scripted to fail"],
    ["status", { status: 400 }, { failure: "refused", httpStatus: 400, attempts: 1 }, "answered 400: scripted to fail"],
    [
      "error-in-200",
      {},
      { failure: "server", httpStatus: 502, attempts: 3 },
      "answered 200 with an error inside (502)",
    ],
    ["invalid-json", {}, { failure: "malformed", attempts: 1 }, "not JSON"],
    ["cut", {}, { failure: "cut", attempts: 3 }, "broke off its answer"],
  ] as const)("%s %j has its name and its attempts", async (kind, more, expected, reason) => {
    const failed = await failureIn(await collectFrom(always(kind, more), { retries: 2 }));
    expect(failed).toMatchObject(expected);
    expect(failed.reason).toContain(reason);
  });

  test.each([
    ["error-in-200", "server"],
    ["invalid-json", "malformed"],
    ["cut", "cut"],
  ] as const)("streamed, %s is %s", async (kind, failure) => {
    const streamed = await collectFrom(always(kind), { retries: 0 }, { prompts: 1, stream: true });
    expect(await failureIn(streamed)).toMatchObject({ failure });
  });

  test("is tried again by the next run, and by none after that", async () => {
    const first = await collectFrom(always("status", { status: 500, attempts: 1 }), { retries: 0 });
    await failureIn(first);
    expect((await first.run()).models[0]).toMatchObject({ done: 1, failed: 0 });
    expect(await answerIn(first)).toMatchObject({ attempts: 1 });
    expect(await first.run()).toMatchObject({ kept: 1 });
    expect(first.simulator.counts.requests).toBe(2);
  });
});

describe("deadlines, each alone", () => {
  const cases: readonly (readonly [string, Script, Partial<CollectConfig["run"]>, string])[] = [
    ["no first byte", always("hang"), { firstByteSeconds: 0.1 }, "sent nothing within 100 ms"],
    ["no second byte", always("drip", { seconds: 200 }), { idleSeconds: 0.1 }, "fell silent for 100 ms"],
    ["no end", always("drip", { seconds: 20 }), { totalSeconds: 0.3 }, "gave no answer within 300 ms"],
  ];
  test("no first byte, no second byte, no end", async () => {
    // Together, since undici looks at the first two about once a second.
    const outcomes = await Promise.all(
      cases.map(([, script, change]) => collectFrom(script, { retries: 0, ...change })),
    );
    for (const [i, outcome] of outcomes.entries()) {
      const failed = await failureIn(outcome);
      expect(failed).toMatchObject({ failure: "deadline", attempts: 1 });
      expect(failed.reason).toContain(cases[i]![3]);
    }
  });

  test("no connection", async () => {
    // The system takes the connection, nobody answers the handshake.
    const silent = await listening();
    onTestFinished(silent.close);
    const baseUrl = silent.url.replace("http:", "https:");
    const outcome = await collectFrom({}, { retries: 0, connectSeconds: 0.1 }, { prompts: 1, baseUrl });
    expect((await failureIn(outcome)).failure).toMatch(/deadline|connect/);
  });

  test("a slow answer that keeps coming is an answer", async () => {
    const answer = await answerIn(await collectFrom(always("drip", { seconds: 0.5 }), { idleSeconds: 5 }));
    expect(answer.completion.text).toMatch(/^[A-D]$/);
  });
});

describe("answers that cannot be taken at their word", () => {
  test.each(["no-usage", "negative-usage", "huge-usage"] as const)(
    "%s: the cost is not what the provider says",
    async (kind) => {
      const { costSource, costUsd, completion } = await answerIn(await collectFrom(always(kind)));
      expect(["none", "estimated"]).toContain(costSource);
      expect(costUsd < 0 || costUsd > 100).toBe(false);
      expect(completion.text).toMatch(/^[A-D]$/);
    },
  );

  test("of another model than was asked are counted, and both names stay", async () => {
    const outcome = await collectFrom({ faults: [{ kind: "wrong-model" }] }, {}, { prompts: 3 });
    expect(outcome.collected.models[0]).toMatchObject({ done: 3, otherModel: 3 });
    const written = await readFile(outcome.collected.files[0]!, "utf8");
    expect(written).toContain('"requested_model":"maker/small"');
    expect(written).toContain('"served_model":"maker/small-mini"');
  });

  test("a passing fault of each kind leaves every answer, once", async () => {
    const kinds = ["status", "cut", "error-in-200"] as const;
    const script = { faults: kinds.map((kind) => ({ kind, share: 0.4, attempts: 1 })) };
    const outcome = await collectFrom(script, { retries: 3 }, { prompts: 30, models: ["small", "large"] });
    for (const model of outcome.collected.models) expect(model).toMatchObject({ done: 30, failed: 0 });
    const { requests, faults } = outcome.simulator.counts;
    expect(faults).toBeGreaterThan(10);
    expect(requests).toBe(60 + faults);
    expect(await outcome.records()).toHaveLength(60);
  });
});

test("a 429 is waited out as long as its retry-after says", async () => {
  const asked: number[] = [];
  const server = await scriptedServer((_, response, nth) => {
    asked.push(performance.now());
    // All four that are under way at first, so that whoever comes next has been told to wait.
    if (nth < 4) return json(response, {}, 429, { "retry-after": "0.4" });
    json(response, { choices: [{ message: { content: "B" } }], usage: { prompt_tokens: 1, completion_tokens: 1 } });
  });
  onTestFinished(() => server.close());
  const collection = await simulatedCollection({}, { prompts: 9, baseUrl: `${server.url}/v1` });
  expect((await collection.run()).models[0]).toMatchObject({ done: 9, failed: 0 });
  expect(asked).toHaveLength(13);
  expect(asked[4]! - asked[0]!).toBeGreaterThan(390);
});

test("a provider that hangs is left at once when the user stops, and what was answered stays", async () => {
  const script = { faults: [{ kind: "hang", share: 0.3 }] };
  const collection = await simulatedCollection(script, { prompts: 12 });
  const stop = new AbortController();
  const seen = (): void => stop.abort(new Error("enough"));
  await expect(collection.run({}, { signal: stop.signal, onOutcome: seen })).rejects.toThrow("interrupted");
  const saved = await collection.records();
  expect(saved.length).toBeGreaterThan(0);
  expect(saved.every(({ status }) => status === "done")).toBe(true);
});

test("an account that is refused lets the calls to others that are out be answered, and begins no more", async () => {
  let refuse = (): void => undefined;
  const isRefused = new Promise<void>((resolve) => (refuse = resolve));
  const asked = new Map<string, number>();
  const server = await scriptedServer(async (request, response) => {
    const { model } = JSON.parse(request.body) as { model: string };
    asked.set(model, (asked.get(model) ?? 0) + 1);
    if (model === "maker/unpaid") {
      // Not before the other model's calls are out, and they are answered after it.
      while ((asked.get("maker/paid") ?? 0) < 4) await new Promise((resolve) => setTimeout(resolve, 5));
      response.once("close", refuse);
      return json(response, { error: { message: "no money" } }, 402);
    }
    await isRefused;
    json(response, { choices: [{ message: { content: "B" } }], usage: { prompt_tokens: 1, completion_tokens: 1 } });
  });
  onTestFinished(() => server.close());
  const models = ["unpaid", "paid"];
  const collection = await simulatedCollection({}, { prompts: 30, models, baseUrl: `${server.url}/v1` });
  await expect(collection.run()).rejects.toThrow("no money");
  const saved = (await collection.records()).filter(({ model }) => model === "paid");
  expect(saved).toHaveLength(asked.get("maker/paid") ?? 0);
  expect(saved.length).toBeGreaterThanOrEqual(4);
  expect(saved.length).toBeLessThan(30);
});

test("a second collector on the same folder is refused before it asks anything", async () => {
  const collection = await simulatedCollection(always("slow", { seconds: 0.4 }), { prompts: 1 });
  const first = collection.run();
  while ((await stat(join(collection.output, "journal.jsonl.lock")).catch(() => undefined)) === undefined)
    await new Promise((resolve) => setTimeout(resolve, 5));
  await expect(collection.run()).rejects.toThrow(/another collector is writing it: process \d+/);
  expect((await first).models[0]).toMatchObject({ done: 1 });
  expect(collection.simulator.counts.requests).toBe(1);
});

test("without its key nothing is asked of anybody", async () => {
  const collection = await simulatedCollection({});
  await expect(collection.run({}, { environment: { KEY: "" } })).rejects.toThrow(/KEY is not set/);
  expect(collection.simulator.counts.requests).toBe(0);
});

/** A port where connections are taken and nothing is said. */
async function listening(): Promise<{ readonly url: string; readonly close: () => Promise<void> }> {
  const server: Server = createServer((socket) => onTestFinished(() => void socket.destroy()));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const close = (): Promise<void> => new Promise((resolve) => server.close(() => resolve()));
  return { url: `http://127.0.0.1:${port}/v1`, close };
}
