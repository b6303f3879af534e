import { describe, expect, test } from "vitest";
import { FitError } from "../core/errors.ts";
import type { Policy } from "../core/policy.ts";
import { compareRouters } from "../experiment/compare.ts";
import { estimateView } from "../experiment/choose.ts";
import { fitMaterial, fitRouter } from "../experiment/fit-router.ts";
import { queryView } from "../experiment/query-view.ts";
import { replayPolicy } from "../experiment/replay.ts";
import { trainTable } from "../experiment/train-table.ts";
import { mean } from "../math/stats.ts";
import { seededRandom } from "../math/random.ts";
import { givenEncoder, tableOf, twoIslands } from "../../test/support/tables.ts";
import type { LiteralTable } from "../../test/support/tables.ts";
import { canonicalAnswer, verdictNote, verdictTexts } from "./answer-text.ts";
import { routerByName } from "./registry.ts";

const prompts = 120;

/**
 * Two cheap models, each right on two prompts of three by chance, each wrong in its own way; a dear one always right. When
 * the two agree they are right.
 */
function independent(): LiteralTable {
  const random = seededRandom("agreement");
  const right = Array.from({ length: prompts }, () => [random.below(3) > 0, random.below(3) > 0, true]);
  return {
    models: ["cheap-a", "cheap-b", "dear"],
    score: right.map((line) => line.map(Number)),
    costUsd: right.map(() => [0.001, 0.002, 0.05]),
    answers: right.map((line, i) => line.map((own, j) => (own ? `${i}.0` : `${i + 1000 * (j + 1)}`))),
  };
}

function replayOf(literal: LiteralTable, policy: Policy): { score: number; costUsd: number; asked: number[] } {
  const table = tableOf(literal);
  const rows = Int32Array.from(table.prompts.keys());
  const material = fitMaterial(
    table,
    { train: rows.slice(0, 80), validation: new Int32Array(0), unavailable: [undefined] },
    { vectors: undefined, fingerprint: null },
    { seed: 1 },
  );
  const { fitted } = fitRouter(routerByName("agreement"), material);
  const view = queryView(table, rows.slice(80), undefined, []);
  const { score, costUsd, chosen, followUps = [] } = replayPolicy(fitted, view, policy, estimateView(fitted, view));
  const asked = Array.from(chosen, (_, i) => 1 + followUps.filter((step) => step[i]! >= 0).length);
  return { score: mean(score), costUsd: mean(costUsd), asked };
}

describe("the agreement cascade", () => {
  test("keeps what two cheap models agree on, asks the third elsewhere, and pays for every call", () => {
    const { score, costUsd, asked } = replayOf(independent(), { kind: "argmax" });
    expect(score).toBe(1);
    expect(new Set(asked)).toEqual(new Set([2, 3]));
    const escalated = asked.filter((calls) => calls === 3).length / asked.length;
    expect(escalated).toBeGreaterThan(0.3);
    expect(costUsd).toBeCloseTo(0.003 + 0.05 * escalated, 12);
  });

  test("within a budget for the cheap models alone it asks one of them", () => {
    const { asked, costUsd } = replayOf(independent(), { kind: "budget", budgetUsd: 0.002 });
    expect(new Set(asked)).toEqual(new Set([1]));
    expect(costUsd).toBeLessThanOrEqual(0.002);
  });

  test("empty answers never agree", () => {
    const literal = independent();
    const answers = literal.answers!.map(([, , dear]) => ["", "", dear!]);
    expect(new Set(replayOf({ ...literal, answers }, { kind: "argmax" }).asked)).toEqual(new Set([1]));
  });

  test("a failed call agrees with nothing", () => {
    const failed = Array.from({ length: prompts }, (_, i) => `${i},0`).slice(80);
    expect(new Set(replayOf({ ...independent(), failed }, { kind: "argmax" }).asked)).toEqual(new Set([3]));
  });

  test("without stored answers it refuses, and a comparison of all routers leaves it out with a note", async () => {
    const sample = twoIslands({ queries: 60, seed: 1 });
    const rows = {
      train: Int32Array.from({ length: 40 }, (_, i) => i),
      validation: new Int32Array(0),
      unavailable: [],
    };
    const material = fitMaterial(sample.table, rows, { vectors: undefined, fingerprint: null }, { seed: 1 });
    expect(() => fitRouter(routerByName("agreement"), material)).toThrow(FitError);
    expect(() => fitRouter(routerByName("agreement"), material)).toThrow("the data hold no answers");
    const report = await compareRouters(sample.table, {
      split: { mode: "native", trainRatio: 0.7, ood: [] },
      seeds: [42],
      encoder: givenEncoder(sample),
      name: "made up",
      warnings: [],
      reproduce: "none",
      draws: 2000,
      threads: 0,
    });
    expect(report.routers.map(({ name }) => name)).not.toContain("agreement");
    expect(report.findings.join(" ")).toContain("agreement");
  });
});

test.each([
  ["(B).", "b"],
  [" **B** ", "b"],
  ["1,234.0", "1234"],
  ["$12", "12"],
  ["1,2,3", "1,2,3"],
  ["[Yes]", "yes"],
  ["new   York", "new york"],
  ["  ", ""],
])("%j is the answer %j", (text, answer) => {
  expect(canonicalAnswer(text)).toBe(answer);
});

describe("verdicts in the place of answers", () => {
  const textsOf = (answerOf: (right: boolean, i: number) => string, count = 30): string[] => {
    const right = Array.from({ length: count }, (_, i) => [i % 3 > 0, i % 2 > 0]);
    const table = tableOf({
      score: right.map((line) => line.map(Number)),
      answers: right.map((line, i) => line.map((own) => answerOf(own, i))),
    });
    return verdictTexts(trainTable(table, Int32Array.from(right.keys()), undefined));
  };

  test("texts that always or never score are found out", () => {
    const found = textsOf((right) => (right ? "Accepted" : "rejected"));
    expect(found).toEqual(["accepted", "rejected"]);
    expect(verdictNote(found)).toContain('"accepted", "rejected"');
    expect(verdictNote([])).toBeUndefined();
  });

  test("answers that are right here and wrong there are answers, and so are many different ones", () => {
    expect(textsOf((right, i) => (right === i % 2 > 0 ? "yes" : "no"))).toEqual([]);
    expect(textsOf((right, i) => (right ? `${i}` : "don't know"))).toEqual([]);
  });

  test("a handful of prompts proves nothing", () => {
    expect(textsOf((right) => (right ? "accepted" : "rejected"), 12)).toEqual([]);
  });
});
