/** In whatever order endpoints fail, a client gets one answer or one error, each attempt is accounted for, and money is booked once. */
import type { Socket } from "node:net";
import { array, assert, asyncProperty, boolean, constantFrom } from "fast-check";
import { expect, onTestFinished, test } from "vitest";
import { faultServer, piece, reply, streamHead } from "../../test/support/fault-server.ts";
import { testGateway } from "../../test/support/gateway.ts";
import type { TestGateway } from "../../test/support/gateway.ts";
import { keyAdmin } from "../gateway-state/key-admin.ts";
import { memoryState } from "../gateway-state/memory-state.ts";
import { defaultStateOptions } from "../gateway-state/state-options.ts";
import type { GatewayState, Spender } from "../gateway-state/state.ts";

const asJson = { "content-type": "application/json" };
const event = (body: unknown): string => piece(`data: ${JSON.stringify(body)}\n\n`);
const chunk = (content: string, finish: string | null = null): string =>
  event({ choices: [{ index: 0, delta: { content }, finish_reason: finish }] });
const end = `${piece("data: [DONE]\n\n")}0\r\n\r\n`;

interface Behaviour {
  readonly whole: (socket: Socket, said: string) => unknown;
  readonly stream: (socket: Socket, said: string) => unknown;
  /** whether the client is to see what it says */
  readonly reaches: "answer" | "begun stream" | "refusal" | "nothing";
}

const same = (act: (socket: Socket) => unknown): Behaviour => ({ whole: act, stream: act, reaches: "nothing" });
const usage = { prompt_tokens: 5, completion_tokens: 2 };

const behaviours = {
  answers: {
    whole: (socket, said) => {
      const choices = [{ index: 0, message: { role: "assistant", content: said }, finish_reason: "stop" }];
      socket.write(reply(200, asJson, JSON.stringify({ choices, usage })));
    },
    stream: (socket, said) => socket.write(streamHead + chunk(said) + chunk("", "stop") + end),
    reaches: "answer",
  },
  "cuts its answer": {
    whole: (socket) => socket.end(reply(200, { ...asJson, "content-length": "999" }, '{"choices":')),
    stream: (socket, said) => socket.end(streamHead + chunk(said)),
    reaches: "begun stream",
  },
  "turns into an error": {
    whole: (socket) => socket.write(reply(200, asJson, '{"error":{"code":500}}')),
    stream: (socket, said) => socket.end(streamHead + chunk(said) + event({ error: { code: 500 } })),
    reaches: "begun stream",
  },
  "refuses the request": {
    ...same((socket) => socket.write(reply(400, asJson, '{"error":{"message":"too hot"}}'))),
    reaches: "refusal",
  },
  resets: same((socket) => socket.resetAndDestroy()),
  "closes the line": same((socket) => socket.end()),
  "answers 429": same((socket) => socket.write(reply(429, asJson, "{}"))),
  "answers 503": same((socket) => socket.write(reply(503, asJson, "{}"))),
  "answers 401": same((socket) => socket.write(reply(401, asJson, "{}"))),
  "sends a page": same((socket) => socket.write(reply(200, { "content-type": "text/html" }, "<p>"))),
  "says nothing": {
    whole: (socket) => socket.write(reply(200, asJson, "")),
    stream: (socket) => socket.end(`${streamHead}0\r\n\r\n`),
    reaches: "nothing",
  },
} satisfies Record<string, Behaviour>;

type Name = keyof typeof behaviours;
const names = Object.keys(behaviours) as Name[];

interface Course {
  readonly gateway: TestGateway;
  readonly state: GatewayState;
  readonly key: Spender;
  readonly secret: string;
  /** what the coming attempts meet, in order, whichever model they are at */
  plan: readonly Name[];
  /** what each attempt said, in order */
  readonly said: string[];
  wantsStream: boolean;
}

/** Three models of one endpoint each, two attempts at each model. */
async function course(): Promise<Course> {
  const found: { -readonly [Field in keyof Course]?: Course[Field] } = { plan: [], said: [], wantsStream: false };
  const server = await faultServer((socket, nth) => {
    const { plan = [], said = [], wantsStream = false } = found;
    const behaviour: Behaviour = behaviours[plan[said.length] ?? "answers"];
    const words = `attempt ${nth}.`;
    said.push(words);
    behaviour[wantsStream ? "stream" : "whole"](socket, words);
  });
  const breaker = { ...defaultStateOptions.breaker, minimumCalls: 1_000_000 };
  const { state, keyTable } = memoryState({ ...defaultStateOptions, breaker });
  onTestFinished(() => state.close());
  const order = { name: "t", models: undefined, limits: {}, caps: { total: 1000 }, expiresAt: undefined };
  const { key, secret } = await keyAdmin(keyTable, Date.now).create(order);
  const settings = {
    keys: "required",
    retries: { attempts: 1, firstWaitSeconds: 0.001, longestWaitSeconds: 0.002 },
  };
  const models = ["a", "b", "c"].map((name) => ({ name, urls: [server.url] }));
  const gateway = await testGateway(models, { state, settings });
  return Object.assign(found, { gateway, state, key, secret }) as Course;
}

test("a client gets one answer or one error; attempts, records and money agree", { timeout: 120_000 }, async () => {
  const met = await course();
  const { gateway, said } = met;
  const headers = { authorization: `Bearer ${met.secret}` };
  const plans = array(constantFrom(...names), { maxLength: 6 });
  await assert(
    asyncProperty(plans, boolean(), async (plan, stream) => {
      said.length = 0;
      Object.assign(met, { plan, wantsStream: stream });
      const calls = gateway.records.length;
      const body = { model: "auto", stream, messages: [{ role: "user", content: "x" }] };
      const response = await gateway.post("/v1/chat/completions", body, { headers });
      const text = await response.text();
      await expect.poll(() => gateway.records.length, { interval: 1 }).toBe(calls + 1);
      requireOne(met, response.status, text);
      await requireBooked(met);
    }),
    { numRuns: 150 },
  );
  expect(gateway.defects).toEqual([]);
});

/** What came is what exactly one attempt said, or an error; the others are in the record as failures. */
function requireOne({ gateway, said, plan, wantsStream }: Course, status: number, text: string): void {
  const record = gateway.records.at(-1)!;
  const shown = said.filter((words) => text.includes(words));
  const last = behaviours[plan[said.length - 1] ?? "answers"].reaches;
  const isBegun = last === "begun stream" && wantsStream;
  const wanted = last === "answer" ? "answered" : last === "refusal" ? "passed-on" : isBegun ? "cut" : "failed";
  expect(record.outcome).toBe(wanted);
  expect(shown).toEqual(wanted === "answered" || wanted === "cut" ? [said.at(-1)] : []);
  expect(text.split("[DONE]")).toHaveLength(wanted === "answered" && wantsStream ? 2 : 1);
  expect(text.split('"error"')).toHaveLength(wanted === "answered" ? 1 : 2);
  expect(status < 400).toBe(wanted === "answered" || wanted === "cut");
  // Every attempt but the one whose words reached the client is a failure, and is told.
  expect(record.failures).toHaveLength(said.length - (wanted === "failed" ? 0 : 1));
}

/** What the records cost is what is spent, and nothing is held back for calls that are over. */
async function requireBooked({ gateway, state, key }: Course): Promise<void> {
  const cost = gateway.records.reduce((sum, { costUsd }) => sum + costUsd, 0);
  const { total } = await state.budgets.spent(key);
  expect(total).toBeCloseTo(cost, 6);
  const rest = await state.budgets.reserve({ key, model: "a" }, 1000 - total);
  expect(rest.ok).toBe(true);
  if (rest.ok) await state.budgets.release(rest.reservation);
}

test("a call that cannot be written down is a defect that is told, and harms no other", async () => {
  const server = await faultServer((socket) => behaviours.answers.whole(socket, "hi"));
  const broken = new Error("the log is broken");
  const onCall = (): never => {
    throw broken;
  };
  const gateway = await testGateway([{ name: "a", urls: [server.url] }], { more: { onCall } });
  for (let nth = 1; nth <= 2; nth++) {
    const body = { model: "auto", messages: [{ role: "user", content: "x" }] };
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    expect((await gateway.post("/v1/chat/completions", body)).status).toBe(200);
    // oxlint-disable-next-line no-await-in-loop -- as above
    await expect.poll(() => gateway.defects).toEqual(Array.from({ length: nth }, () => broken));
  }
});
