import { inspect } from "node:util";
import { describe, expect, onTestFinished, test } from "vitest";
import { json, scriptedServer } from "../../test/support/scripted-server.ts";
import type { Answer } from "../../test/support/scripted-server.ts";
import { anthropicEvents, geminiEvents, openAiEvents, sendEvents } from "../../test/support/wire-scripts.ts";
import { defaultDeadlines } from "../core/chat.ts";
import { chatProvider, providerFormats } from "./registry.ts";
import type { ProviderFormat } from "./registry.ts";
import { withoutSecret } from "./secret.ts";

const canary = 'sk-canary/0123+456"789-0123456789';
const spellings = [
  canary,
  JSON.stringify(canary).slice(1, -1),
  encodeURIComponent(canary),
  Buffer.from(canary).toString("base64"),
];
const echo = `no: ${spellings.join(" and ")}`;

const events = { openai: openAiEvents, anthropic: anthropicEvents, "ai-sdk": geminiEvents };

/** An answer of the format that repeats the key wherever a text stands. */
const echoing = (format: ProviderFormat): Answer => {
  const put = (data: string): string =>
    [
      "is 4",
      "two and two",
      "maker/small",
      "claude-sonnet-4-20250514",
      "gemini-2.5-flash-002",
      "gen-1",
      "msg_1",
      "resp-1",
    ].reduce((all, word) => all.replaceAll(word, JSON.stringify(echo).slice(1, -1)), data);
  return (_, response) =>
    sendEvents(
      response,
      events[format]().map((event) => ({ ...event, data: put(event.data) })),
    );
};

const faults: Readonly<Record<string, Answer>> = {
  "an error that quotes it": (_, response) => json(response, { error: { message: echo, code: 400 } }, 400),
  "an error that quotes it at its cut": (_, response) =>
    json(response, { error: { message: "x".repeat(325) + canary, code: 400 } }, 400),
  "a page of text": (_, response) => void response.writeHead(502).end(`<html>${echo}</html>`),
  "an error in a 200": (_, response) => json(response, { error: { message: echo, code: 500 } }),
  "no JSON": (_, response) => void response.end(echo),
  "a redirect": (_, response) =>
    void response.writeHead(307, { location: `/?key=${encodeURIComponent(canary)}` }).end(),
  "a broken event": (_, response) => sendEvents(response, [{ data: `{"error": "${echo}` }]),
  "an error event": (_, response) =>
    sendEvents(response, [
      { name: "error", data: JSON.stringify({ type: "error", error: { message: echo, code: 400 } }) },
    ]),
  "a cut": (_, response) =>
    void response.writeHead(200, { "content-length": 900 }).write(echo, () => response.destroy()),
};

/** Everything the call gives, as text: the error with its causes, stack and fields, or the completion. */
async function outcomeOf(format: ProviderFormat, answer: Answer): Promise<{ failed: boolean; text: string }> {
  const server = await scriptedServer(answer);
  const provider = await chatProvider({ format, package: "@ai-sdk/google", baseUrl: server.url, apiKey: canary });
  onTestFinished(async () => {
    await server.close();
    await provider.close();
  });
  const request = { model: "m", messages: [{ role: "user" as const, content: "?" }], parameters: {} };
  try {
    const completion = await provider.complete(request, { deadlines: { ...defaultDeadlines, totalMs: 5000 } });
    return { failed: false, text: JSON.stringify(completion) };
  } catch (error) {
    return { failed: true, text: `${inspect(error, { depth: 9, showHidden: true })} ${JSON.stringify(error)}` };
  }
}

describe.each(providerFormats)("the key, in %s", (format) => {
  test.each(Object.keys(faults))("is not in what %s gives", async (fault) => {
    const { failed, text } = await outcomeOf(format, faults[fault]!);
    expect(failed).toBe(true);
    for (const spelling of spellings) expect(text).not.toContain(spelling);
    // No half of it either.
    expect(text).not.toContain(canary.slice(0, 12));
  });

  test("is not in an answer that repeats it", async () => {
    const { failed, text } = await outcomeOf(format, echoing(format));
    expect([failed, text.includes("[key]")]).toEqual([false, true]);
    for (const spelling of spellings) expect(text).not.toContain(spelling);
  });

  test("is refused when no header can carry it, and is not shown", async () => {
    const copied = chatProvider({ format, baseUrl: "http://127.0.0.1:9", apiKey: "sk-with-a-line\nbreak" });
    await expect(copied).rejects.toThrow(/line breaks/);
    await expect(copied).rejects.not.toThrow(/sk-with/);
  });
});

describe("a placeholder", () => {
  test("stays where it is a word of an answer", () => {
    expect(withoutSecret("The set is EMPTY.", "EMPTY", 20)).toBe("The set is EMPTY.");
    expect(withoutSecret(`key ${canary}!`, canary, 20)).toBe("key [key]!");
  });
});
