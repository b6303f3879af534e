/** Whatever an endpoint says its answer used: it is billed at a price of ours, never for nothing, never below nothing, and no call breaks. */
import { anything, assert, asyncProperty, boolean, constantFrom, double, integer, oneof, record } from "fast-check";
import { expect, onTestFinished, test } from "vitest";
import { testGateway } from "../../test/support/gateway.ts";
import { scriptedServer } from "../../test/support/scripted-server.ts";

const odd = oneof(
  constantFrom<unknown>(undefined, null, 0, 1, -1, 7, "12", 1e8, 1e9, 1e300, "", [], {}, 0.5),
  integer(),
  double(),
  anything({ maxDepth: 1 }),
);

/** Both makers' words for the same things, and a bill in a unit that nobody knows. */
const usages = record(
  {
    prompt_tokens: odd,
    completion_tokens: odd,
    total_tokens: odd,
    input_tokens: odd,
    output_tokens: odd,
    cache_read_input_tokens: odd,
    cache_creation_input_tokens: odd,
    prompt_tokens_details: record({ cached_tokens: odd, cache_write_tokens: odd }),
    completion_tokens_details: record({ reasoning_tokens: odd }),
    cost: odd,
  },
  { requiredKeys: [] },
);

/** Each of them may be a count; their sum is none. */
const tooMany = {
  input_tokens: 1e8,
  output_tokens: 1,
  cache_read_input_tokens: 1e8,
  cache_creation_input_tokens: 1e8,
  prompt_tokens: 1e8,
  completion_tokens: 1e8,
};

const text = "forty-two";
const call = { id: "c", type: "function", function: { name: "add", arguments: "{}" } };

function openAiAnswer(usage: unknown, isTool: boolean): object {
  const message = isTool
    ? { role: "assistant", content: null, tool_calls: [call] }
    : { role: "assistant", content: text };
  return { choices: [{ index: 0, message, finish_reason: isTool ? "tool_calls" : "stop" }], usage };
}

function anthropicAnswer(usage: unknown, isTool: boolean): object {
  const content = isTool ? { type: "tool_use", id: "t", name: "add", input: {} } : { type: "text", text };
  const reason = isTool ? "tool_use" : "end_turn";
  return { type: "message", role: "assistant", content: [content], stop_reason: reason, usage };
}

const wires = [
  ["openai", "/v1/chat/completions", openAiAnswer],
  ["anthropic", "/v1/messages", anthropicAnswer],
] as const;

/** As JSON can hold it: what cannot be written is not said. */
function written(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) => (typeof part === "bigint" ? String(part) : part));
}

test.each(wires)("of %s, at %s", { timeout: 120_000 }, async (provider, path, answer) => {
  let body = "{}";
  const server = await scriptedServer((_, response) => {
    response.writeHead(200, { "content-type": "application/json" });
    response.end(body);
  });
  onTestFinished(() => server.close());
  const gateway = await testGateway([{ name: "a", urls: [`${server.url}/v1`], provider }]);
  const asked = { model: "auto", max_tokens: 50, messages: [{ role: "user", content: "x" }] };
  await assert(
    asyncProperty(usages, boolean(), async (usage, isTool) => {
      body = written(answer(usage, isTool));
      const response = await gateway.post(path, asked);
      expect([response.status, await response.text()]).toEqual([200, body]);
      await expect.poll(() => gateway.records.length, { interval: 1 }).toBe(1);
      const [{ costUsd, outcome } = { costUsd: NaN, outcome: "" }] = gateway.records.splice(0);
      expect(outcome).toBe("answered");
      expect(costUsd).toBeGreaterThan(0);
      expect(costUsd).toBeLessThan(Infinity);
      expect(gateway.defects).toEqual([]);
    }),
    {
      numRuns: 150,
      examples: [
        [tooMany, true],
        [tooMany, false],
      ],
    },
  );
});
