/** The MLP's hand-written slopes against PyTorch and central differences. */
import { describe, expect, test } from "vitest";
import { seededRandom } from "../math/random.ts";
import { testSlopes } from "../../test/support/slope-exam.ts";
import {
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

describe("on PyTorch's tiny batch, holes included", () => {
  const data = onlyBatch(fixture);

  testSlopes({
    fixture,
    weightsOf,
    arraysOf: ({ inner, innerBias, outer, outerBias }) => ({
      inner: inner.data,
      innerBias,
      outer: outer.data,
      outerBias,
    }),
    slopesAt: (weights) => mlpSlopes(weights, data, 0),
    loss,
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
