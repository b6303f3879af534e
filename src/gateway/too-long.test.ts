/** A prompt that is too long for a model is a reason to ask a wider one, and no other. */
import { expect, onTestFinished, test } from "vitest";
import { testGateway } from "../../test/support/gateway.ts";
import type { TestGateway } from "../../test/support/gateway.ts";
import { json, scriptedServer } from "../../test/support/scripted-server.ts";

const chat = { model: "auto", messages: [{ role: "user", content: "x" }] };

/** Models by what they answer: a status, or 400 with a text of their maker's. */
async function answering(
  says: Readonly<Record<string, number | string>>,
  windows: Readonly<Record<string, number>> = {},
): Promise<TestGateway & { asked(): string[] }> {
  const server = await scriptedServer(({ body }, response) => {
    const said = says[(JSON.parse(body) as { model: string }).model.slice("up-".length)] ?? 500;
    if (typeof said === "string") return json(response, { error: { message: said } }, 400);
    return json(response, said === 200 ? { choices: [{ message: { role: "assistant", content: "y" } }] } : {}, said);
  });
  onTestFinished(() => server.close());
  const urls = [`${server.url}/v1`];
  const stated = Object.entries(windows).map(([name, contextTokens]) => [name, { contextTokens }] as const);
  const settings = { fallbacks: 5, retries: { attempts: 0 }, capabilities: Object.fromEntries(stated) };
  const gateway = await testGateway(
    Object.keys(says).map((name) => ({ name, urls })),
    { settings },
  );
  const asked = (): string[] =>
    server.requests.map(({ body }) => (JSON.parse(body) as { model: string }).model.slice("up-".length));
  return { ...gateway, asked };
}

test.each([
  "This model's maximum context length is 8192 tokens. However, your messages resulted in 9000 tokens.",
  "prompt is too long: 210000 tokens > 200000 maximum",
  "input length and `max_tokens` exceed context limit: 188240 + 21333 > 200000, decrease input length",
  "The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).",
  "Input is too long for requested model.",
  "Prompt contains 40000 tokens, too large for model with 32768 maximum context length",
  "This model's maximum prompt length is 131072 but the request contains 140000 tokens.",
  "`inputs` tokens + `max_new_tokens` must be <= 4097. Given: 5000 `inputs` tokens",
  "the request exceeds the available context size. try increasing the context size or enable context shift",
])("whichever way a maker says it: %s", async (text) => {
  const gateway = await answering({ small: text, wide: 200 });
  expect((await gateway.post("/v1/chat/completions", chat)).headers.get("x-signalbox-model")).toBe("wide");
});

test.each(["max_tokens is too large: 100000. This model supports at most 16384 completion tokens", "too hot"])(
  "what the client can mend is passed on: %s",
  async (text) => {
    const gateway = await answering({ small: text, wide: 200 });
    expect((await gateway.post("/v1/chat/completions", chat)).status).toBe(400);
    expect(gateway.asked()).toEqual(["small"]);
  },
);

test("of the models behind it only those are asked that state a wider window, or none", async () => {
  const says = { small: "prompt is too long", alike: 200, unstated: "prompt is too long", wide: 200 };
  const gateway = await answering(says, { small: 8000, alike: 8000, wide: 9000 });
  const response = await gateway.post("/v1/chat/completions", chat);
  expect([response.headers.get("x-signalbox-model"), gateway.asked()]).toEqual(["wide", ["small", "unstated", "wide"]]);
});

test("with no wider model the client is told that its prompt is too long; where one failed, that it may come again", async () => {
  const nobody = await answering({ small: "prompt is too long", alike: 200 }, { small: 8000, alike: 8000 });
  const told = await nobody.post("/v1/chat/completions", chat);
  expect([told.status, await told.text()]).toEqual([400, expect.stringContaining("prompt is too long")]);
  const failing = await answering({ small: "prompt is too long", wide: 503 });
  const failed = await failing.post("/v1/chat/completions", chat);
  expect([failed.status, await failed.json()]).toMatchObject([502, { error: { code: "upstream_failed" } }]);
});
