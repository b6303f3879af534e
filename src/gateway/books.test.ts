/** Budgets and spend log are two books of one bill: whatever endpoints and clients do, they hold the same. */
import type { Socket } from "node:net";
import { array, assert, asyncProperty, boolean, constantFrom } from "fast-check";
import { expect, onTestFinished, test } from "vitest";
import { faultServer, piece, reply, streamHead } from "../../test/support/fault-server.ts";
import { chainDecider, testGateway } from "../../test/support/gateway.ts";
import type { TestGateway } from "../../test/support/gateway.ts";
import { keyAdmin } from "../gateway-state/key-admin.ts";
import { memoryState } from "../gateway-state/memory-state.ts";
import { defaultStateOptions } from "../gateway-state/state-options.ts";
import type { GatewayState, Spender } from "../gateway-state/state.ts";
import type { CascadeStep } from "../serving/decider.ts";
import { spendOfCall } from "./spend-of-call.ts";

const asJson = { "content-type": "application/json" };
const event = (body: unknown): string => piece(`data: ${JSON.stringify(body)}\n\n`);
const begun = streamHead + event({ choices: [{ index: 0, delta: { content: "hello" } }] });
const last = event({ choices: [{ index: 0, delta: {}, finish_reason: "stop" }] });
const usage = { prompt_tokens: 5, completion_tokens: 2 };
const whole = JSON.stringify({ choices: [{ index: 0, message: { role: "assistant", content: "hello" } }], usage });

/** Answers, refusals, faults before and after the first token, and silence, which the client or a deadline ends. */
const courses = {
  answers: (socket, stream) =>
    socket.write(stream ? `${begun}${last}${piece("data: [DONE]\n\n")}0\r\n\r\n` : reply(200, asJson, whole)),
  "cuts what it began": (socket, stream) =>
    socket.end(stream ? begun : reply(200, { ...asJson, "content-length": "999" }, '{"choi')),
  resets: (socket) => socket.resetAndDestroy(),
  "speaks no HTTP": (socket) => socket.write("hello\r\n\r\n"),
  "answers 503": (socket) => socket.write(reply(503, asJson, "{}")),
  "refuses the request": (socket) => socket.write(reply(400, asJson, '{"error":{"message":"too hot"}}')),
  "is too small": (socket) => socket.write(reply(400, asJson, '{"error":{"code":"context_length_exceeded"}}')),
  "sends a page": (socket) => socket.write(reply(200, { "content-type": "text/html" }, "<p>")),
  "says nothing": () => undefined,
  "falls silent": (socket, stream) =>
    socket.write(stream ? begun : reply(200, { ...asJson, "content-length": "9" }, "{")),
  "loses its client": "leave",
} satisfies Record<string, ((socket: Socket, stream: boolean) => unknown) | "leave">;

type Course = keyof typeof courses;

interface Books {
  readonly gateway: TestGateway;
  readonly state: GatewayState;
  readonly key: Spender;
  /** Asks once, the attempts met by `plan` in their order; resolves when the call is written down. */
  readonly ask: (plan: readonly Course[], stream: boolean) => Promise<void>;
}

const cascade: CascadeStep = {
  model: "a",
  isLast: false,
  next: () => ({ model: "b", isLast: true, next: () => "accept" }),
};

/** Deadlines are short and nothing here depends on who misses one: the books agree whatever comes of it. */
const settings = {
  keys: "required",
  deadlines: { firstByteSeconds: 0.1, idleSeconds: 0.1 },
  retries: { attempts: 1, firstWaitSeconds: 0.001, longestWaitSeconds: 0.002 },
};

async function opened(isCascade: boolean): Promise<Books> {
  let [nth, plan, stream, leave]: [number, readonly Course[], boolean, () => void] = [0, [], false, () => undefined];
  const server = await faultServer((socket) => {
    const act = courses[plan[nth++] ?? "answers"];
    if (act === "leave") leave();
    else act(socket, stream);
  });
  const breaker = { ...defaultStateOptions.breaker, minimumCalls: 1_000_000 };
  const { state, keyTable } = memoryState({ ...defaultStateOptions, breaker });
  onTestFinished(() => state.close());
  const order = { name: "t", models: undefined, limits: {}, caps: { total: 1000 }, expiresAt: undefined };
  const { key, secret } = await keyAdmin(keyTable, Date.now).create(order);
  const models = ["a", "b", "c"].map((name) => ({ name, urls: [server.url] }));
  const decider = chainDecider(["a", "b", "c"], isCascade ? { cascade } : {});
  const gateway = await testGateway(models, { state, settings, decider });
  const headers = { authorization: `Bearer ${secret}` };
  return {
    gateway,
    state,
    key,
    ask: async (next, wantsStream) => {
      const leaving = new AbortController();
      [nth, plan, stream, leave] = [0, next, wantsStream, () => leaving.abort()];
      const calls = gateway.records.length;
      const body = { model: "auto", stream, messages: [{ role: "user", content: "x" }] };
      const asking = gateway.post("/v1/chat/completions", body, { headers, signal: leaving.signal });
      await asking.then((response) => response.text()).catch(() => undefined);
      await expect.poll(() => gateway.records.length, { interval: 1, timeout: 30_000 }).toBe(calls + 1);
    },
  };
}

test.each([false, true])(
  "after any faults a budget has spent what the lines of the spend log sum to (cascade: %s)",
  { timeout: 120_000 },
  async (isCascade) => {
    const { gateway, state, key, ask } = await opened(isCascade);
    const plans = array(constantFrom(...(Object.keys(courses) as Course[])), { maxLength: 6 });
    await assert(
      asyncProperty(plans, boolean(), async (plan, stream) => {
        await ask(plan, stream);
        const lines = gateway.records.flatMap(spendOfCall);
        const { total } = await state.budgets.spent(key);
        expect(total).toBeCloseTo(
          lines.reduce((sum, { costUsd }) => sum + costUsd, 0),
          6,
        );
        expect(total).toBeCloseTo(
          gateway.records.reduce((sum, { costUsd }) => sum + costUsd, 0),
          6,
        );
      }),
      { numRuns: 40 },
    );
    expect(gateway.records.some(({ failures }) => failures.some(({ paid }) => paid !== undefined))).toBe(true);
    expect(gateway.defects).toEqual([]);
  },
);

test.each([
  ["resets", 1],
  ["says nothing", 1],
  ["cuts what it began", 1],
  ["sends a page", 1],
  ["answers 503", 0],
] as const)("an attempt that %s before it was answered has %i line of its own, an estimate", async (fault, lines) => {
  const { gateway, state, key, ask } = await opened(false);
  await ask([fault], false);
  const [record] = gateway.records;
  const spend = spendOfCall(record!);
  expect(spend.filter(({ served }) => !served).map(({ costSource }) => costSource)).toEqual(
    Array.from({ length: lines }, () => "estimated"),
  );
  const { total } = await state.budgets.spent(key);
  expect(total).toBeCloseTo(
    spend.reduce((sum, { costUsd }) => sum + costUsd, 0),
    9,
  );
  expect(spend.every(({ costUsd }) => costUsd > 0)).toBe(true);
});
