import { describe, expect, onTestFinished, test } from "vitest";
import { UsageError } from "../core/errors.ts";
import { startSimulator } from "./chat-server.ts";
import type { Simulator } from "./chat-server.ts";
import { simulatedQuestions } from "./pool.ts";
import { faultKinds, simulationSchema } from "./script.ts";
import type { Fault, Simulation } from "./script.ts";

type Script = Parameters<typeof simulationSchema.parse>[0];

async function simulator(script: Script = {}): Promise<Simulator> {
  const started = await startSimulator(simulationSchema.parse({ promptsPerDomain: 4, ...Object(script) }));
  onTestFinished(() => started.close());
  return started;
}

interface Asked {
  readonly model?: string;
  readonly prompt?: string;
  readonly path?: string;
  readonly more?: object;
}

async function ask({ baseUrl }: Simulator, asked: Asked = {}): Promise<Response> {
  const { model = "GPT-5", prompt = "hello", path = "/chat/completions", more = {} } = asked;
  const body = JSON.stringify({ model, messages: [{ role: "user", content: prompt }], ...more });
  return await fetch(`${baseUrl}${path}`, { method: "POST", body, signal: AbortSignal.timeout(20_000) });
}

interface Whole {
  readonly model: string;
  readonly choices: readonly { readonly message: { readonly content: string }; readonly finish_reason: string }[];
  readonly usage?: Readonly<Record<string, number>>;
}

/** Of either format. */
interface Told extends Partial<Whole> {
  readonly content?: readonly { readonly text: string }[];
  readonly stop_reason?: string;
  readonly usage: Readonly<Record<string, number>>;
}

async function answer(of: Simulator, asked?: Asked): Promise<Whole> {
  return (await (await ask(of, asked)).json()) as Whole;
}

/** The data of a stream's events, parsed; the closing one as it is. */
async function events(response: Response): Promise<unknown[]> {
  const lines = (await response.text()).split("\n").filter((line) => line.startsWith("data: "));
  return lines.map((line) => (line === "data: [DONE]" ? "[DONE]" : (JSON.parse(line.slice(6)) as unknown)));
}

const question = simulatedQuestions(4, 7)[0]!;
const streamed = { stream: true, stream_options: { include_usage: true } };

describe("a simulated provider", () => {
  test("answers whole, with usage, and with what it bills where it knows the question", async () => {
    const one = await simulator();
    const { model, choices, usage } = await answer(one, { prompt: question.prompt });
    expect(model).toBe("GPT-5");
    expect(choices[0]!.finish_reason).toBe("stop");
    expect(choices[0]!.message.content).toMatch(/[A-D]|None of these/);
    expect(usage!["total_tokens"]).toBe(usage!["prompt_tokens"]! + usage!["completion_tokens"]!);
    expect(usage!["cost"]).toBeGreaterThan(0);
    expect((await answer(one, { model: "nobody's" })).usage!["cost"]).toBeUndefined();
    expect(one.counts).toEqual({ requests: 2, answered: 2, faults: 0 });
  });

  test("streams the same text, piece by piece, and its usage when that is asked for", async () => {
    const one = await simulator({ firstTokenMs: 1, perTokenMs: 1 });
    const whole = await answer(one, { prompt: question.prompt });
    const response = await ask(one, { prompt: question.prompt, more: streamed });
    expect(response.headers.get("content-type")).toBe("text/event-stream");
    const told = await events(response);
    expect(told.at(-1)).toBe("[DONE]");
    expect(told.at(-2)).toMatchObject({ choices: [], usage: whole.usage });
    expect(textOf(told)).toBe(whole.choices[0]!.message.content);
    const plain = await events(await ask(one, { prompt: question.prompt, more: { stream: true } }));
    expect(plain.filter((event) => Object(event).usage)).toEqual([]);
  });

  test.each([
    ["max_tokens", "/chat/completions"],
    ["max_completion_tokens", "/chat/completions"],
    ["max_output_tokens", "/chat/completions"],
    ["max_tokens", "/messages"],
  ])("cuts an answer at %s of %s, says so, and bills no token more", async (limit, path) => {
    const one = await simulator();
    const full = await answer(one, { prompt: question.prompt });
    const asked = { prompt: question.prompt, path };
    const cut: Told = JSON.parse(await (await ask(one, { ...asked, more: { [limit]: 1 } })).text()) as Told;
    const said = cut.content?.[0]!.text ?? cut.choices![0]!.message.content;
    expect(full.choices[0]!.message.content.startsWith(said)).toBe(true);
    expect(said.trim()).not.toMatch(/\s/);
    expect(cut.stop_reason ?? cut.choices![0]!.finish_reason).toBe(path === "/messages" ? "max_tokens" : "length");
    const { usage } = cut;
    expect(usage["output_tokens"] ?? usage["completion_tokens"]).toBe(1);
    if (path !== "/messages") expect(usage["cost"]).toBeLessThan(full.usage!["cost"]!);
    const told = await (await ask(one, { ...asked, more: { ...streamed, [limit]: 1 } })).text();
    expect(told).toMatch(/"(finish|stop)_reason":"(length|max_tokens)"/);
    expect(told).not.toMatch(/"(finish|stop)_reason":"(stop|end_turn)"/);
    expect((await ask(one, { ...asked, more: { [limit]: 0 } })).status).toBe(400);
  });

  test("gives the same answer for the same seed, another for another", async () => {
    const prompts = Array.from({ length: 12 }, (_, i) => `prompt ${i}`);
    const answers = async (seed: number): Promise<string> => {
      const one = await simulator({ seed });
      return JSON.stringify(
        (await Promise.all(prompts.map((prompt) => answer(one, { prompt })))).map((whole) => [
          whole.choices,
          whole.usage,
        ]),
      );
    };
    const [first, again, other] = [await answers(1), await answers(1), await answers(2)];
    expect(again).toBe(first);
    expect(other).not.toBe(first);
  });

  test("speaks Anthropic's format as well", async () => {
    const one = await simulator();
    const more = { max_tokens: 9000, system: "be brief" };
    const asked = { prompt: question.prompt, path: "/messages" };
    const whole = (await (await ask(one, { ...asked, more })).json()) as { content: { text: string }[]; usage: object };
    const { choices, usage } = await answer(one, { prompt: question.prompt });
    expect(whole).toMatchObject({ type: "message", role: "assistant", model: "GPT-5", stop_reason: "end_turn" });
    expect(whole.content[0]!.text).toBe(choices[0]!.message.content);
    expect(whole.usage).toEqual({
      input_tokens: usage!["prompt_tokens"],
      output_tokens: usage!["completion_tokens"],
    });
    const told = await events(await ask(one, { ...asked, more: { ...more, stream: true } }));
    expect(told.map((event) => Object(event).type)).toEqual([
      "message_start",
      "content_block_start",
      ...told.slice(2, -3).map(() => "content_block_delta"),
      "content_block_stop",
      "message_delta",
      "message_stop",
    ]);
    expect(told.map((event) => Object(Object(event).delta).text ?? "").join("")).toBe(whole.content[0]!.text);
    const withoutLimit = await ask(one, asked);
    expect(withoutLimit.status).toBe(400);
    expect(await withoutLimit.json()).toMatchObject({ type: "error", error: { type: "invalid_request_error" } });
  });

  test("lists its models, takes messages in parts, and says what it does not understand", async () => {
    const one = await simulator();
    const listed = (await (await fetch(`${one.baseUrl}/models`)).json()) as { data: { id: string }[] };
    expect(listed.data.map(({ id }) => id)).toContain("GPT-5");
    const parts = [
      {
        role: "user",
        content: [
          { type: "text", text: "hel" },
          { type: "text", text: "lo" },
        ],
      },
    ];
    expect((await answer(one, { more: { messages: parts } })).choices).toEqual((await answer(one)).choices);
    const post = (body: string): Promise<Response> =>
      fetch(`${one.baseUrl}/chat/completions`, { method: "POST", body });
    for (const body of ["", "{", "null", '{"model": "m"}', '{"messages": []}', '{"model": "m", "messages": [{}]}'])
      expect((await post(body)).status).toBe(400);
    expect((await fetch(`${one.baseUrl}/nothing`)).status).toBe(404);
    expect(one.counts.requests).toBe(2);
  });

  test("says so when the port is taken", async () => {
    const { baseUrl } = await simulator();
    const port = Number(new URL(baseUrl).port);
    const second = startSimulator(simulationSchema.parse({}), port);
    await expect(second).rejects.toThrow(UsageError);
    await expect(second).rejects.toThrow(/the port is taken/);
  });
});

function textOf(told: readonly unknown[]): string {
  return told.map((event) => Object(Object(event).choices?.[0]).delta?.content ?? "").join("");
}

/** What a client meets, whole and streamed. */
const meets: Readonly<Record<Fault["kind"], (response: () => Promise<Response>) => Promise<void>>> = {
  status: async (response) => {
    const { status, headers } = await response();
    expect([status, headers.get("retry-after")]).toEqual([503, "7"]);
  },
  slow: async (response) => expect((await response()).status).toBe(200),
  hang: async (response) => {
    const first = await Promise.race([
      response().then(() => "answer"),
      new Promise((r) => setTimeout(r, 60, "nothing")),
    ]);
    expect(first).toBe("nothing");
  },
  drip: async (response) => expect(await (await response()).text()).toContain("stop"),
  cut: async (response) => expect((await response()).text()).rejects.toThrow(TypeError),
  "wrong-model": async (response) => expect(await (await response()).text()).toContain('"model":"GPT-5-mini"'),
  "no-usage": async (response) => expect(await (await response()).text()).not.toContain("prompt_tokens"),
  "negative-usage": async (response) => expect(await (await response()).text()).toMatch(/"completion_tokens":-\d/),
  "huge-usage": async (response) =>
    expect(await (await response()).text()).toContain('"prompt_tokens":1000000000000000'),
  "invalid-json": async (response) => {
    const text = await (await response()).text();
    expect(() => JSON.parse(text.replace("data: ", "")) as unknown).toThrow(SyntaxError);
  },
  "error-in-200": async (response) => {
    const told = await response();
    expect([told.status, await told.text()]).toEqual([200, expect.stringContaining('"error":{"message":"the model')]);
  },
};

describe("scripted faults", () => {
  test.each(faultKinds.flatMap((kind) => [[kind, "whole", {}] as const, [kind, "streamed", streamed] as const]))(
    "%s, %s",
    async (kind, _, more) => {
      const one = await simulator({ faults: [{ kind, status: 503, retryAfterSeconds: 7, seconds: 0.05 }] });
      await meets[kind](() => ask(one, { more }));
      expect(one.counts).toMatchObject({ requests: 1, faults: 1 });
    },
  );

  test("strike the same share of prompts each time, only the models named, only so often", async () => {
    const faults: Script = { faults: [{ kind: "status", share: 0.3, attempts: 1, models: ["GPT-5"] }] };
    const prompts = Array.from({ length: 40 }, (_, i) => `prompt ${i}`);
    const struck = async (one: Simulator, model: string): Promise<string[]> => {
      const statuses = await Promise.all(prompts.map(async (prompt) => (await ask(one, { prompt, model })).status));
      return prompts.filter((_prompt, i) => statuses[i] === 429);
    };
    const [one, two] = [await simulator(faults), await simulator(faults)];
    const first = await struck(one, "GPT-5");
    expect(first.length).toBeGreaterThan(3);
    expect(first.length).toBeLessThan(25);
    expect(await struck(two, "GPT-5")).toEqual(first);
    expect(await struck(two, "other")).toEqual([]);
    expect(await struck(one, "GPT-5")).toEqual([]);
  });

  test("an unknown kind, a share above 1 or an unknown key is refused", () => {
    const parse = (script: unknown): Simulation => simulationSchema.parse(script);
    expect(() => parse({ faults: [{ kind: "fire" }] })).toThrow(/kind/);
    expect(() => parse({ faults: [{ kind: "cut", share: 2 }] })).toThrow(/share/);
    expect(() => parse({ fault: [] })).toThrow(/fault/);
  });
});
