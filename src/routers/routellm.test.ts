import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { adam } from "../math/adam.ts";
import { beats, bradleyTerry } from "../math/bradley-terry.ts";
import { seededRandom } from "../math/random.ts";
import { centralDifferences, matrixOf, relativeError } from "../../test/support/torch-fixture.ts";
import { compileTables, tableSlopes, tablesAdam } from "./routellm-tables.ts";
import type { Tables } from "./routellm-tables.ts";
import { battleWeights, pairWinrate, ratedWinrate } from "./routellm-sw.ts";
import type { RouteLlmSwState } from "./routellm-sw.ts";

describe("the three tables (routers.md §4.10)", () => {
  const golden: Tables = {
    classifier: Float32Array.of(0.5, -1, 2),
    strong: Float32Array.of(3, 0, 4),
    weak: Float32Array.of(0, 1, 0),
  };

  test("golden: strong −.1, weak −.4, winrate .574443", () => {
    const query = [0.2, 0.4, -0.1];
    const alone = (vector: Float32Array): number =>
      compileTables({ ...golden, strong: vector, weak: new Float32Array(3) }).reduce(
        (sum, v, c) => sum + v * query[c]!,
        0,
      );
    expect(alone(golden.strong)).toBeCloseTo(-0.1, 6);
    expect(alone(golden.weak)).toBeCloseTo(-0.4, 6);
    const z = compileTables(golden).reduce((sum, v, c) => sum + v * query[c]!, 0);
    expect(1 / (1 + Math.exp(-z))).toBeCloseTo(0.574443, 6);
  });

  test("three tables are one vector: any query has the win rate of the formula", () => {
    const random = seededRandom("three tables");
    const draw = (): Float32Array => Float32Array.from({ length: 6 }, () => random.normal());
    for (let instance = 0; instance < 50; instance++) {
      const tables: Tables = { classifier: draw(), strong: draw(), weak: draw() };
      const query = draw();
      const delta = (own: Float32Array): number => {
        const length = Math.hypot(...own);
        return own.reduce((sum, value, c) => sum + tables.classifier[c]! * (value / length) * query[c]!, 0);
      };
      const compiled = compileTables(tables).reduce((sum, value, c) => sum + value * query[c]!, 0);
      expect(compiled).toBeCloseTo(delta(tables.strong) - delta(tables.weak), 5);
    }
  });

  interface Fixture {
    readonly x: readonly number[];
    readonly wins: readonly number[];
    readonly parameters: Record<"strong" | "weak" | "classifier", readonly number[]>;
    readonly loss: number;
    readonly slopes: Record<"strong" | "weak" | "classifier", readonly number[]>;
    readonly after: Record<"strong" | "weak" | "classifier", readonly number[]>;
  }
  const path = new URL("../../test/fixtures/torch/routellm-tables.json", import.meta.url);
  const fixture = JSON.parse(readFileSync(path, "utf8")) as Fixture;
  const names = ["strong", "weak", "classifier"] as const;
  const x = matrixOf(fixture.wins.length, fixture.x);
  const every = fixture.wins.map((_, i) => i);
  const start = (): Tables => {
    const [strong, weak, classifier] = names.map((name) => Float32Array.from(fixture.parameters[name]));
    return { strong: strong!, weak: weak!, classifier: classifier! };
  };

  test("their slopes are PyTorch's", () => {
    const slopes = tableSlopes(start(), x, fixture.wins, every);
    names.forEach((name, p) => expect(relativeError(slopes[p]!, fixture.slopes[name])).toBeLessThan(1e-4));
  });

  test("their slopes are the central differences of the loss", () => {
    const loss = (at: Readonly<Record<string, readonly number[]>>): number => lossOf(at, fixture.x, fixture.wins);
    expect(loss(fixture.parameters)).toBeCloseTo(fixture.loss, 9);
    const differences = centralDifferences(loss, fixture.parameters);
    const slopes = tableSlopes(start(), x, fixture.wins, every);
    names.forEach((name, p) => expect(relativeError(slopes[p]!, differences[name]!)).toBeLessThan(1e-4));
  });

  test("four steps of Adam end where PyTorch's do", () => {
    const tables = start();
    const optimiser = adam([tables.strong, tables.weak, tables.classifier], tablesAdam);
    for (let step = 0; step < 4; step++) optimiser.step(tableSlopes(tables, x, fixture.wins, every));
    for (const name of names) expect(relativeError(tables[name], fixture.after[name])).toBeLessThan(1e-5);
  });
});

/** Mean cross-entropy in double precision. */
function lossOf(
  at: Readonly<Record<string, readonly number[]>>,
  x: readonly number[],
  wins: readonly number[],
): number {
  const unit = (values: readonly number[]): number[] => values.map((value) => value / Math.hypot(...values));
  const [strong, weak] = [unit(at["strong"]!), unit(at["weak"]!)];
  const vector = at["classifier"]!.map((value, c) => value * (strong[c]! - weak[c]!));
  const each = wins.map((y, i) => {
    const z = vector.reduce((sum, value, c) => sum + value * x[i * vector.length + c]!, 0);
    return Math.log1p(Math.exp(-Math.abs(z))) + Math.max(z, 0) - z * y;
  });
  return each.reduce((sum, value) => sum + value, 0) / each.length;
}

describe("the similarity-weighted ranking (routers.md §4.10)", () => {
  /** A state whose prompts have these cosines to the query (1), and these scores of the weak and the strong model. */
  const battles = (
    cosines: readonly number[],
    scores: readonly number[],
    options: { battles: "pair" | "all"; temperature: number } = { battles: "pair", temperature: 0 },
  ): RouteLlmSwState => ({
    ...options,
    strong: 1,
    weak: 0,
    points: { rows: cosines.length, cols: 1, data: Float32Array.from(cosines) },
    score: { rows: cosines.length, cols: 2, data: Float64Array.from(scores) },
    costUsd: Float64Array.of(1, 2),
  });
  const query = Float32Array.of(1);
  const cosines = [0.9, 0.5, 0.1];
  // Strong wins, loses, ties.
  const scores = [0, 1, 1, 0, 1, 1];

  test("golden: weights 100, 35.938137, 12.915497, winrate .715184", () => {
    const weights = battleWeights(Float32Array.from(cosines), 0);
    [100, 35.938137, 12.915497].forEach((weight, i) => expect(weights[i]).toBeCloseTo(weight, 4));
    expect(pairWinrate(battles(cosines, scores), query)).toBeCloseTo(0.715184, 6);
  });

  test("the closed form is what the fit of two ratings comes to", () => {
    const random = seededRandom("ranking");
    for (let instance = 0; instance < 50; instance++) {
      const logWeights = Array.from({ length: 12 }, () => 4 * random.uniform());
      const outcomes = Array.from({ length: 24 }, () => random.below(3) / 2);
      const own = battles(logWeights, outcomes, { battles: "pair", temperature: 1 });
      const share = pairWinrate(own, query);
      // At 0 and 1 the ratings are infinitely far apart.
      if (share > 0.01 && share < 0.99) expect(ratedWinrate(own, query)).toBeCloseTo(share, 4);
    }
  });

  test("weights are equal where no cosine is above 0", () => {
    expect(new Set(battleWeights(Float32Array.of(-0.5, 0, -0.1), 0)).size).toBe(1);
  });

  test("prompts that one of the two did not answer take no part", () => {
    expect(pairWinrate(battles(cosines, [0, 1, NaN, 0, 1, NaN]), query)).toBe(1);
    expect(pairWinrate(battles(cosines, [NaN, 1, NaN, 0, 1, NaN]), query)).toBeNaN();
  });
});

describe("Bradley–Terry ratings", () => {
  test("expected wins are the wins there were", () => {
    const wins = { rows: 3, cols: 3, data: Float64Array.of(0, 6, 9, 4, 0, 7, 1, 3, 0) };
    const ratings = bradleyTerry(wins);
    expect(ratings[0]! + ratings[1]! + ratings[2]!).toBeCloseTo(0, 6);
    for (let a = 0; a < 3; a++) {
      let expected = 0;
      let won = 0;
      for (let b = 0; b < 3; b++) {
        if (a === b) continue;
        expected += beats(ratings[a]!, ratings[b]!) * (wins.data[a * 3 + b]! + wins.data[b * 3 + a]!);
        won += wins.data[a * 3 + b]!;
      }
      expect(expected).toBeCloseTo(won, 3);
    }
  });

  test("one that always wins stays finite, and one that never plays is average", () => {
    const ratings = bradleyTerry({ rows: 3, cols: 3, data: Float64Array.of(0, 5, 0, 0, 0, 0, 0, 0, 0) });
    expect(ratings.every(Number.isFinite)).toBe(true);
    expect(ratings[0]).toBeGreaterThan(ratings[1]! + 400);
    expect(ratings[2]).toBeCloseTo(0, 6);
  });
});
