/** EmbedLLM's matrix factorisation against the worked example of routers.md §4.9, PyTorch, and central differences. */
import { describe, expect, test } from "vitest";
import { adam } from "../math/adam.ts";
import { dots } from "../math/dots.ts";
import { matrix32 } from "../math/matrix.ts";
import { seededRandom } from "../math/random.ts";
import {
  centralDifferences,
  crossDots,
  matrixOf,
  meanLoss,
  onlyBatch,
  relativeError,
  torchFixture,
} from "../../test/support/torch-fixture.ts";
import type { TorchFixture } from "../../test/support/torch-fixture.ts";
import { noiseFor, slopesOf } from "./embedllm-mf.ts";
import { compileFactors, factorArrays } from "./factor-model.ts";
import type { Factors } from "./factor-model.ts";

test("the worked example compiles to a and β, and scores the query as the factors do", () => {
  const factors: Factors = {
    vectors: matrixOf(2, [1, 2, -1, 0.5]),
    projection: matrixOf(2, [0.2, -0.1, 0.4, 0.3, 0, -0.2]),
    offset: Float32Array.of(0.1, -0.1),
    classifier: matrixOf(2, [0.5, -0.5, 0.25, 1]),
    classBias: Float32Array.of(0, 0.2),
  };
  const { weights, bias } = compileFactors(factors);
  const rounded = (values: ArrayLike<number>): number[] => Array.from(values, (value) => Number(value.toFixed(6)));
  expect(rounded(weights.data)).toEqual([0.85, 0.025, -0.7, 0.275, -0.025, -0.05]);
  expect(rounded(bias)).toEqual([-0.125, 0.15]);
  const scores = dots(matrixOf(1, [1, 0.5, -1]), weights).data;
  expect(rounded(scores.map((score, j) => score + bias[j]!))).toEqual([1.4375, 0.4625]);
});

test("compiled, any factors score as the formula with its two classes does", () => {
  const random = seededRandom("compiled factors");
  const [m, k, d] = [3, 4, 5];
  const draw = (count: number): number[] => Array.from({ length: count }, () => random.normal());
  for (let instance = 0; instance < 30; instance++) {
    const [P, W, b, V, c, q] = [draw(m * k), draw(k * d), draw(k), draw(2 * k), draw(2), draw(d)];
    const factors: Factors = {
      vectors: matrixOf(m, P),
      projection: matrixOf(k, W),
      offset: Float32Array.from(b),
      classifier: matrixOf(2, V),
      classBias: Float32Array.from(c),
    };
    const h = b.map((value, r) => value + q.reduce((sum, x, at) => sum + W[r * d + at]! * x, 0));
    const { weights, bias } = compileFactors(factors);
    const compiled = dots(matrixOf(1, q), weights).data;
    for (let j = 0; j < m; j++) {
      const logits = [0, 1].map((own) => h.reduce((sum, x, r) => sum + V[own * k + r]! * P[j * k + r]! * x, c[own]!));
      expect(compiled[j]! + bias[j]!).toBeCloseTo(logits[1]! - logits[0]!, 4);
    }
  }
});

describe("on PyTorch's tiny batch, holes included", () => {
  const fixture = torchFixture("embedllm-mf");
  const { k, d } = fixture.shape;
  const l2 = fixture.l2!;
  const data = onlyBatch(fixture);
  const order = ["P", "W", "b", "V", "c"];

  test("the loss and its slopes by the formula of two classes are PyTorch's", () => {
    expect(loss(fixture.parameters)).toBeCloseTo(fixture.loss, 8);
    const slopes = centralDifferences(loss, fixture.parameters);
    for (const name of order) expect(relativeError(slopes[name]!, fixture.slopes[name]!)).toBeLessThan(1e-6);
  });

  test("the slopes taken on the compiled form are those", () => {
    const slopes = slopesOf(factorsOf(fixture.parameters), data, 0, l2);
    order.forEach((name, p) => expect(relativeError(slopes[p]!, fixture.slopes[name]!)).toBeLessThan(1e-4));
  });

  test("four steps of Adam with coupled decay lead where PyTorch's do", () => {
    const factors = factorsOf(fixture.parameters);
    const { lr, weight_decay: weightDecay } = fixture.adam;
    const optimiser = adam(factorArrays(factors), { learningRate: lr, weightDecay: weightDecay! });
    for (let step = 0; step < 4; step++) optimiser.step(slopesOf(factors, data, 0, l2));
    const after = factorArrays(factors);
    order.forEach((name, p) => expect(relativeError(after[p]!, fixture.after[name]!)).toBeLessThan(1e-5));
  });

  function loss(at: TorchFixture["parameters"]): number {
    const { P, W, b, V, c } = at as Record<"P" | "W" | "b" | "V" | "c", number[]>;
    const hidden = crossDots(fixture.x, W, d).map((line) => line.map((value, e) => value + b[e]!));
    const models = Array.from({ length: P.length / k }, (_, j) => P.slice(j * k, (j + 1) * k));
    const logits = hidden.map((h) =>
      models.map((p) => {
        const together = p.map((value, e) => value * h[e]!);
        const [wrong, right] = crossDots(together, V, k)[0]!;
        return right! + c[1]! - wrong! - c[0]!;
      }),
    );
    const scaled = P.map((value, p) => value * (V[k + (p % k)]! - V[p % k]!));
    const across = Array.from({ length: d }, (_, e) => W.filter((_, p) => p % d === e)).flat();
    const penalty = crossDots(scaled, across, k)
      .flat()
      .reduce((sum, value) => sum + value ** 2, 0);
    return meanLoss(logits, fixture.y) + 0.5 * l2 * penalty;
  }

  function factorsOf({ P, W, b, V, c }: TorchFixture["parameters"]): Factors {
    return {
      vectors: matrixOf(fixture.shape.m, P!),
      projection: matrixOf(k, W!),
      offset: Float32Array.from(b!),
      classifier: matrixOf(2, V!),
      classBias: Float32Array.from(c!),
    };
  }
});

test("noise drawn along and across the weights has the law of noise on every coordinate", () => {
  const weights = matrixOf(1, [0.6, -0.2, 0.3]);
  const draws = 20_000;
  const length = 1.5;
  const deviation = length / Math.sqrt(3);
  // The slope of a quadratic stand-in for the loss, r = z: moments of (z, r·noise) are all the noise can act by.
  const ours = moments((random) => {
    const noise = noiseFor(length, 3, random);
    const logits = matrixOf(1, [0.4, -0.1]);
    const ofWeights = matrix32(1, 3);
    noise.addTo(logits, weights)(logits, ofWeights);
    return [...logits.data, ...ofWeights.data];
  });
  const each = moments((random) => {
    const ofWeights = [0, 0, 0];
    const logits = [0.4, -0.1].map((base) => {
      const noise = Array.from(ofWeights, () => deviation * random.normal());
      const z = base + noise.reduce((sum, value, c) => sum + value * weights.data[c]!, 0);
      noise.forEach((value, c) => (ofWeights[c]! += z * value));
      return z;
    });
    return [...logits, ...ofWeights];
  });
  ours.forEach((moment, p) => expect(Math.abs(moment - each[p]!)).toBeLessThan(0.04));

  /** Means and products of all pairs over many draws. */
  function moments(draw: (random: ReturnType<typeof seededRandom>) => number[]): number[] {
    const random = seededRandom("noise law", draw.length);
    const sums: number[] = [];
    for (let t = 0; t < draws; t++) {
      const values = [1, ...draw(random)];
      let p = 0;
      for (let a = 0; a < values.length; a++) {
        for (let b = a; b < values.length; b++) sums[p] = (sums[p++] ?? 0) + (values[a]! * values[b]!) / draws;
      }
    }
    return sums;
  }
});
