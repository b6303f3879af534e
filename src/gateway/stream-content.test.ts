/** What a chat stream holds: nothing at all is no answer, and everything that is said has begun one, is billed, and has to be whole. */
import { describe, expect, onTestFinished, test } from "vitest";
import { faultServer, piece, streamHead } from "../../test/support/fault-server.ts";
import { testGateway } from "../../test/support/gateway.ts";
import type { TestGateway } from "../../test/support/gateway.ts";
import { memoryState } from "../gateway-state/memory-state.ts";
import { defaultStateOptions } from "../gateway-state/state-options.ts";

const chat = { model: "auto", messages: [{ role: "user", content: "x" }], stream: true };
const event = (body: unknown): string => `data: ${JSON.stringify(body)}\n\n`;
const done = "data: [DONE]\n\n";
const choice = (delta: object | undefined, finish: string | null = null, index = 0): string =>
  event({ choices: [{ index, ...(delta && { delta }), finish_reason: finish }] });
const good = choice({ content: "good" }) + choice({}, "stop") + done;
const usage = { prompt_tokens: 10, completion_tokens: 10 };

/** A model that streams these events and ends as HTTP has it, and one behind it that answers. */
async function saying(text: string, options: Parameters<typeof testGateway>[1] = {}): Promise<TestGateway> {
  const odd = await faultServer((socket) => socket.write(`${streamHead}${piece(text)}0\r\n\r\n`));
  const next = await faultServer((socket) => socket.write(`${streamHead}${piece(good)}0\r\n\r\n`));
  const models = [
    { name: "odd", urls: [odd.url] },
    { name: "next", urls: [next.url] },
  ];
  return await testGateway(models, { settings: { retries: { attempts: 0 } }, ...options });
}

async function answerOf(gateway: TestGateway, more: object = {}): Promise<string> {
  const text = await (await gateway.post("/v1/chat/completions", { ...chat, ...more })).text();
  await expect.poll(() => gateway.records.length, { timeout: 30_000 }).toBe(1);
  expect(gateway.defects).toEqual([]);
  return text;
}

describe("a stream without a message is no answer", () => {
  test.each([
    ["nothing but its end", "malformed", done],
    ["usage alone", "malformed", event({ choices: [], usage }) + done],
    ["a reason to finish alone", "malformed", choice(undefined, "stop") + done],
    ["a reason to finish, and no end", "cut", choice(undefined, "stop")],
  ])("%s: the next model is asked", async (_, failure, said) => {
    const gateway = await saying(said);
    expect(await answerOf(gateway)).toBe(good);
    expect(gateway.records).toMatchObject([
      { outcome: "answered", model: "next", failures: [{ model: "odd", failure }] },
    ]);
  });

  test("the breaker hears of it, also of a probe", async () => {
    const breaker = { ...defaultStateOptions.breaker, minimumCalls: 1, coolDownMs: 0, longestCoolDownMs: 0 };
    const { state } = memoryState({ ...defaultStateOptions, breaker });
    onTestFinished(() => state.close());
    const gateway = await saying(done, { state });
    for (let nth = 0; nth < 3; nth++) {
      // oxlint-disable-next-line no-await-in-loop
      await (await gateway.post("/v1/chat/completions", chat)).text();
    }
    expect(gateway.records.map(({ failures }) => failures.map(({ failure }) => failure))).toEqual([
      ["malformed"],
      ["malformed"],
      ["malformed"],
    ]);
  });

  test("an empty text is one: models may have nothing to say", async () => {
    const said = choice({ role: "assistant", content: "" }) + choice({}, "stop") + done;
    const gateway = await saying(said);
    expect(await answerOf(gateway)).toBe(said);
    expect(gateway.records).toMatchObject([{ outcome: "answered", model: "odd" }]);
  });
});

test("a stream that ends in the middle of a line is told as cut, and its call ends", async () => {
  const gateway = await saying(`${choice({ content: "hi" })}data: {"cho`);
  expect(await answerOf(gateway)).toContain("upstream_cut");
  expect(gateway.records).toMatchObject([{ outcome: "cut", code: "upstream_cut", model: "odd" }]);
});

describe("what is no text begins an answer and is billed", () => {
  const long = "y".repeat(400);
  test.each([
    ["a refusal", { refusal: long }],
    ["a call of a function, as it was before tools", { function_call: { name: "", arguments: long } }],
    ["speech", { audio: { id: "a", transcript: long } }],
    ["thoughts in parts", { reasoning_details: [{ type: "reasoning.text", text: long }] }],
    ["thoughts in OpenRouter's words", { reasoning: long }],
  ])("%s", async (_, delta) => {
    // Hangs after its first piece: a stream that had not begun would be given up, and the next model be asked.
    const hanging = await faultServer((socket) => socket.write(streamHead + piece(choice(delta))));
    const gateway = await testGateway([{ name: "odd", urls: [hanging.url] }]);
    const stop = new AbortController();
    const response = await gateway.post("/v1/chat/completions", chat, { signal: stop.signal });
    expect(response.headers.get("x-signalbox-model")).toBe("odd");
    stop.abort();
    await expect.poll(() => gateway.records.length, { timeout: 30_000 }).toBe(1);
    expect(gateway.records).toMatchObject([{ outcome: "left", costSource: "estimated", usage: { outputTokens: 100 } }]);
  });

  test("fields that are sent empty begin nothing", async () => {
    const empty = { role: "assistant", content: "", refusal: null, function_call: null, audio: null, tool_calls: [] };
    const gateway = await saying(choice(empty));
    expect(await answerOf(gateway)).toBe(good);
  });
});

describe("several choices", () => {
  const first = choice({ content: "a" }) + choice({ content: "b" }, null, 1) + choice({}, "stop");

  test("a stream that is cut after one of them has finished is cut", async () => {
    const gateway = await saying(first);
    expect(await answerOf(gateway, { n: 2 })).toContain("upstream_cut");
    expect(gateway.records).toMatchObject([{ outcome: "cut", model: "odd" }]);
  });

  test("one that was asked for and did not come is missing", async () => {
    const gateway = await saying(choice({ content: "a" }) + choice({}, "stop"));
    expect(await answerOf(gateway, { n: 2 })).toContain("upstream_cut");
  });

  test("all finished, it may end, also where one of them says so twice; each is billed", async () => {
    const rest = choice({}, "stop") + choice({ content: "c".repeat(398) }, "length", 1);
    const gateway = await saying(first + rest);
    expect(await answerOf(gateway, { n: 2 })).toBe(first + rest);
    expect(gateway.records).toMatchObject([{ outcome: "answered", usage: { outputTokens: 100 } }]);
  });
});
