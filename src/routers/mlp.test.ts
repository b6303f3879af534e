/** The MLP's hand-written slopes against PyTorch and central differences. */
import { describe, expect, test } from "vitest";
import { adam } from "../math/adam.ts";
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
import { mlpSlopes } from "./mlp.ts";
import type { MlpWeights } from "./mlp.ts";

const fixture = torchFixture("mlp");
const { m, d, k } = fixture.shape;
const names = ["inner", "innerBias", "outer", "outerBias"];

describe("on PyTorch's tiny batch, holes included", () => {
  const data = onlyBatch(fixture);

  test("the slopes are PyTorch's, and central differences of the formula", () => {
    const slopes = mlpSlopes(weightsOf(fixture.parameters), data, 0);
    const differences = centralDifferences(loss, fixture.parameters);
    expect(loss(fixture.parameters)).toBeCloseTo(fixture.loss, 8);
    names.forEach((name, p) => {
      expect(relativeError(slopes[p]!, fixture.slopes[name]!)).toBeLessThan(1e-4);
      expect(relativeError(slopes[p]!, differences[name]!)).toBeLessThan(1e-4);
    });
  });

  test("four steps of Adam lead where PyTorch's do", () => {
    const weights = weightsOf(fixture.parameters);
    const parameters = [weights.inner.data, weights.innerBias, weights.outer.data, weights.outerBias];
    const optimiser = adam(parameters, { learningRate: fixture.adam.lr });
    for (let step = 0; step < 4; step++) optimiser.step(mlpSlopes(weights, data, 0));
    names.forEach((name, p) => expect(relativeError(parameters[p]!, fixture.after[name]!)).toBeLessThan(1e-5));
  });

  test("dropping units leaves the slopes right in the mean of one layer's output", () => {
    // With the outer layer's slopes small the loss is nearly linear in the hidden units, whose mean dropping keeps.
    const small = { ...fixture.parameters, outer: fixture.parameters["outer"]!.map((value) => value / 1000) };
    const exact = mlpSlopes(weightsOf(small), data, 0)[2]!;
    const random = seededRandom("dropout");
    const mean = new Float64Array(exact.length);
    const draws = 4000;
    for (let t = 0; t < draws; t++) {
      const drawn = mlpSlopes(weightsOf(small), data, 0, { share: 0.3, random })[2]!;
      drawn.forEach((value, p) => (mean[p]! += value / draws));
    }
    expect(relativeError(mean, [...exact])).toBeLessThan(0.05);
  });
});

function loss({ inner, innerBias, outer, outerBias }: TorchFixture["parameters"]): number {
  const hidden = crossDots(fixture.x, inner!, d).map((line) =>
    line.map((value, h) => Math.max(0, value + innerBias![h]!)),
  );
  const logits = crossDots(hidden.flat(), outer!, k).map((line) => line.map((value, j) => value + outerBias![j]!));
  return meanLoss(logits, fixture.y);
}

function weightsOf({ inner, innerBias, outer, outerBias }: TorchFixture["parameters"]): MlpWeights {
  return {
    inner: matrixOf(k, inner!),
    innerBias: Float32Array.from(innerBias!),
    outer: matrixOf(m, outer!),
    outerBias: Float32Array.from(outerBias!),
  };
}
