import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { growingMessage } from "./anthropic-wire.ts";
import { growingAnswer } from "./openai-wire.ts";
import type { GrowingAnswer } from "./read-stream.ts";
import { RepeatedText } from "./repeated-text.ts";

const chunk = (delta: object, others: object = {}): string =>
  JSON.stringify({ id: "c", model: "m", choices: [{ index: 0, delta, finish_reason: null }], ...others });
const contentIn = (data: string): string | undefined =>
  (JSON.parse(data) as { choices: [{ delta: { content?: string } }] }).choices[0].delta.content;

function said(answer: GrowingAnswer, events: readonly string[]): ReturnType<GrowingAnswer["finish"]> {
  for (const data of events) answer.take({ name: "", data });
  return answer.finish();
}

describe("a repeated text", () => {
  test("is read without parsing once an event like it was parsed", () => {
    let parsed = 0;
    const repeated = new RepeatedText("content", (data) => (parsed++, contentIn(data)));
    repeated.learn(chunk({ content: "a" }));
    expect(repeated.read(chunk({ content: "über" }))).toBe("über");
    expect(parsed).toBe(1);
  });

  test("is left to parsing where it is escaped, or where the event says more", () => {
    const repeated = new RepeatedText("content", contentIn);
    repeated.learn(chunk({ content: "a" }));
    for (const data of [
      chunk({ content: "a line\n" }),
      chunk({ content: "a", tool_calls: [] }),
      chunk({ content: "a" }, { usage: {} }),
      chunk({ content: "a" }).replace('"a"', '"a","content":"b"'),
      chunk({ content: "a" }).replace('"a"', '"a\u0001"'),
    ])
      expect(repeated.read(data)).toBeUndefined();
  });

  test("is not learnt from a field of the same name that is not the answer's", () => {
    const repeated = new RepeatedText("content", contentIn);
    const decoy = '{"content":"a","choices":[{"delta":{"content": "a"}}]}';
    repeated.learn(decoy);
    expect(repeated.read(decoy)).toBeUndefined();
  });

  test("is tried a few times only where no event is like another", () => {
    let parsed = 0;
    const repeated = new RepeatedText("content", (data) => (parsed++, contentIn(data)));
    for (let i = 0; i < 100; i++) repeated.learn(chunk({ content: "a" }, { id: `c${i}` }).replace("{", `{"n":${i},`));
    expect(parsed).toBe(3);
  });

  test("makes the same answer of any texts, in both formats", () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: "binary" })), (texts) => {
        const deltas = texts.map((text) => ({ type: "content_block_delta", delta: { type: "text_delta", text } }));
        const chunks = [chunk({ role: "assistant", content: "" }), ...texts.map((content) => chunk({ content }))];
        expect(said(growingAnswer("u"), chunks).text).toBe(texts.join(""));
        expect(
          said(
            growingMessage("u"),
            deltas.map((event) => JSON.stringify(event)),
          ).text,
        ).toBe(texts.join(""));
      }),
    );
  });

  test("changes nothing of an answer of several choices, thoughts, calls, ends and usage", () => {
    const delta = fc
      .constantFrom<object>({ content: "a" }, { content: "é\n" }, { content: "" }, { reasoning: "t" }, {})
      .chain((first) =>
        fc
          .constantFrom({}, { role: "assistant" }, { tool_calls: [{ function: { name: "f" } }] })
          .map((second) => ({ ...first, ...second })),
      );
    const event = fc.record({
      choices: fc.array(
        fc.record({ index: fc.nat(2), delta, finish_reason: fc.constantFrom(null, null, null, "stop") }),
        { minLength: 1, maxLength: 2 },
      ),
      usage: fc.constantFrom(null, null, { prompt_tokens: 1, completion_tokens: 2 }),
    });
    fc.assert(
      fc.property(fc.array(event, { minLength: 1, maxLength: 40 }), (events) => {
        const alike = said(
          growingAnswer("u"),
          events.map((one) => JSON.stringify(one)),
        );
        // A field that is another one each time: each of these is parsed.
        const unlike = said(
          growingAnswer("u"),
          events.map((one, i) => JSON.stringify({ i, ...one })),
        );
        expect(alike).toEqual(unlike);
      }),
    );
  });

  test("does not hide the usage, the end or the error that a later chunk tells", () => {
    const spoken = ["a", "b", "c"].map((content) => chunk({ content }));
    const usage = { prompt_tokens: 3, completion_tokens: 5 };
    const last = JSON.stringify({ choices: [{ delta: { content: "d" }, finish_reason: "stop" }], usage });
    const { text, finishReason, usage: told } = said(growingAnswer("u"), [...spoken, last]);
    expect([text, finishReason, told?.outputTokens]).toEqual(["abcd", "stop", 5]);
    expect(() => said(growingAnswer("u"), [...spoken, chunk({ content: "d" }, { error: { code: 500 } })])).toThrow(
      "with an error inside (500)",
    );
  });
});
