import { expect, test } from "vitest";
import { verdict } from "./verdict.ts";
import type { Contender } from "./verdict.ts";

function contender(name: string, mean: number, pAdjusted: number): Contender {
  return { name, deltaBestSingle: { mean, ci95: [mean - 0.01, mean + 0.01], pAdjusted } };
}

test("names the router that beats the best single model, its lead, and who cannot be told from it", () => {
  const { best, tied, sentence, findings } = verdict({
    bestSingle: "gpt-5",
    contenders: [contender("linear", 0.024, 0.001), contender("knn", 0.035, 0.0002), contender("avengers", -0.02, 0.9)],
    pairwise: [
      { a: "knn", b: "linear", pAdjusted: 0.4 },
      { a: "avengers", b: "knn", pAdjusted: 0.01 },
    ],
  });
  expect(best).toBe("knn");
  expect(tied).toEqual(["linear"]);
  expect(sentence).toBe(
    "knn beats the best single model (gpt-5) by +3.5 points of AvgAcc (95 % interval +2.5 to +4.5, Holm-adjusted p below 0.001).",
  );
  expect(findings).toEqual([
    "linear is not distinguishable from knn, the best router.",
    "linear also beats gpt-5, by +2.4 points of AvgAcc (95 % interval +1.4 to +3.4, Holm-adjusted p 0.001).",
  ]);
});

test("says so when no router beats the best single model", () => {
  const { best, winners, sentence, findings } = verdict({
    bestSingle: "gpt-5",
    contenders: [contender("knn", -0.004, 0.41), contender("linear", -0.05, 0.001)],
    pairwise: [],
  });
  expect([best, winners]).toEqual([undefined, []]);
  expect(sentence).toBe(
    "On these prompts no router beats the best single model (gpt-5); the nearest, knn, is at −0.4 points of AvgAcc " +
      "(95 % interval −1.4 to +0.6, Holm-adjusted p 0.410).",
  );
  expect(findings).toEqual(["knn is not distinguishable from gpt-5.", "linear is worse than gpt-5."]);
});

test("says that the prompts are too few where the interval leaves room for a gain", () => {
  const undecided = contender("knn", 0.012, 0.31);
  expect(verdict({ bestSingle: "gpt-5", contenders: [undecided], pairwise: [] }).sentence).toBe(
    "On these prompts no router beats the best single model (gpt-5) with confidence: the best router, knn, is not " +
      "distinguishable from it, at +1.2 points of AvgAcc (95 % interval +0.2 to +2.2, Holm-adjusted p 0.310). " +
      "The prompts are too few to tell.",
  );
  const narrow = { name: "knn", deltaBestSingle: { mean: 0.002, ci95: [-0.001, 0.005], pAdjusted: 0.31 } } as const;
  expect(verdict({ bestSingle: "gpt-5", contenders: [narrow], pairwise: [] }).sentence).not.toContain("too few");
});

test("a clear loser is never a winner, and an empty field has a verdict", () => {
  expect(verdict({ bestSingle: "m", contenders: [contender("a", -0.1, 0)], pairwise: [] }).winners).toEqual([]);
  expect(verdict({ bestSingle: "m", contenders: [], pairwise: [] }).sentence).toBe(
    "On these prompts no router beats the best single model (m).",
  );
});

test("two routers that were never tested against each other are not told apart", () => {
  const contenders = [contender("a", 0.03, 0.01), contender("b", 0.02, 0.01)];
  expect(verdict({ bestSingle: "m", contenders, pairwise: [] }).tied).toEqual(["b"]);
});

test("of routers that differ by rounding only, the first given leads", () => {
  const contenders = [contender("first", 0.03, 0.01), contender("second", 0.03 + 1e-15, 0.01)];
  expect(verdict({ bestSingle: "m", contenders, pairwise: [] }).best).toBe("first");
});
