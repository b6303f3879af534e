/** What was spent, and against what; worked by hand: 1,000 input and 500 output tokens a call. */
import { expect, test } from "vitest";
import type { Price } from "../prices/price.ts";
import type { SpendRecord } from "./spend-record.ts";
import { spendLine, spendOfLine } from "./spend-record.ts";
import { summarizeSpend } from "./spend-summary.ts";

function price(input: number, output: number): Price {
  return { inputPerMillionUsd: input, outputPerMillionUsd: output, source: "test", asOf: "2026-11-28" };
}

const prices = new Map<string, Price | undefined>([
  ["small", price(1, 2)],
  ["large", price(10, 20)],
  ["secretive", undefined],
]);

const usage = {
  inputTokens: 1000,
  cachedInputTokens: NaN,
  cacheWriteTokens: NaN,
  outputTokens: 500,
  reasoningTokens: NaN,
};

function call(change: Partial<SpendRecord> = {}): SpendRecord {
  return {
    at: "2026-11-28T12:00:00.000Z",
    requestId: "r-1",
    key: "key_a",
    keyName: "team",
    model: "small",
    router: "auto",
    served: true,
    usage,
    costUsd: 0.002,
    costSource: "priced",
    ...change,
  };
}

async function* from(records: readonly SpendRecord[]): AsyncGenerator<SpendRecord> {
  for (const record of records) yield await Promise.resolve(record);
}

test("spend is summed by key, model and day; unknown costs are counted, not guessed", async () => {
  const summary = await summarizeSpend(
    from([
      call(),
      call({ model: "large", costUsd: 0.02, at: "2026-11-29T01:00:00.000Z" }),
      call({ key: "", keyName: "", costUsd: NaN, costSource: "none" }),
    ]),
    prices,
  );
  expect(summary.total).toMatchObject({ calls: 3, inputTokens: 3000, outputTokens: 1500, costUsd: 0.022, unknown: 1 });
  expect(summary.byKey.map(({ name, costUsd }) => [name, costUsd])).toEqual([
    ["(no key)", 0],
    ["team (key_a)", 0.022],
  ]);
  expect(summary.byModel.map(({ name, calls }) => [name, calls])).toEqual([
    ["large", 1],
    ["small", 2],
  ]);
  expect(summary.byDay.map(({ name, calls }) => [name, calls])).toEqual([
    ["2026-11-28", 2],
    ["2026-11-29", 1],
  ]);
  expect([summary.from, summary.to]).toEqual(["2026-11-28T12:00:00.000Z", "2026-11-29T01:00:00.000Z"]);
});

test("always one model is its price on the tokens of the same requests; all calls of a request count as spent", async () => {
  const cascade = [call({ served: false }), call({ model: "large", costUsd: 0.02 })];
  const { against } = await summarizeSpend(
    from([call({ requestId: "r-2" }), ...cascade, call({ usage: undefined })]),
    prices,
  );
  expect(against).toMatchObject({ requests: 2, leftOut: 1 });
  expect(against.spentUsd).toBeCloseTo(0.024, 12);
  expect(against.always.map(({ model }) => model)).toEqual(["large", "small", "secretive"]);
  expect(against.always.map(({ costUsd }) => costUsd)).toEqual([0.04, 0.004, NaN]);
});

test("what was paid for requests without an answer stands in no comparison, and is told apart", async () => {
  const left = Array.from({ length: 5 }, (_, i) => call({ requestId: `left-${i}`, served: false }));
  const failedThenAnswered = [call({ requestId: "r-9", served: false, costUsd: 0.5 }), call({ requestId: "r-9" })];
  const { against, total } = await summarizeSpend(from([...left, call(), ...failedThenAnswered]), prices);
  expect(against).toMatchObject({ requests: 2, leftOut: 0, unanswered: 5 });
  expect(against.unansweredUsd).toBeCloseTo(0.01, 12);
  expect(against.spentUsd).toBeCloseTo(0.504, 12);
  expect(against.spentUsd + against.unansweredUsd).toBeCloseTo(total.costUsd, 12);
  expect(against.always.find(({ model }) => model === "small")?.costUsd).toBeCloseTo(0.004, 12);
});

test("many requests without an answer do not grow the summary, and are counted all the same", async () => {
  const left = Array.from({ length: 25_000 }, (_, i) => call({ requestId: `left-${i}`, served: false }));
  const { against } = await summarizeSpend(from(left), prices);
  expect(against).toMatchObject({ requests: 0, unanswered: 25_000, spentUsd: 0 });
  expect(against.unansweredUsd).toBeCloseTo(50, 6);
});

test("a record comes out of its line as it went in, NaN included; a torn line is none", () => {
  const line = spendLine(call({ costUsd: NaN }));
  expect(spendOfLine(line)).toEqual(call({ costUsd: NaN }));
  expect(spendOfLine(spendLine(call({ usage: undefined })))).toEqual(call({ usage: undefined }));
  for (let cut = 0; cut < line.length; cut++) expect(spendOfLine(line.slice(0, cut))).toBeUndefined();
});
