/** Item response theory against the worked example of routers.md §8, PyTorch, and central differences. */
import { describe, expect, test } from "vitest";
import { adam } from "../math/adam.ts";
import { fromRows } from "../math/matrix.ts";
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
import { irtLogits, irtSlopes } from "./irt.ts";
import type { IrtWeights } from "./irt.ts";

test("demands of 0.5 and −1 before softplus, abilities of 1 and 0.2, difficulty 0.3: a chance of 0.676280", () => {
  const { data } = irtLogits(fromRows([[0.5, -1]]), fromRows([[0.3]]), matrixOf(1, [1, 0.2]));
  expect(1 / (1 + Math.exp(-data[0]!))).toBeCloseTo(0.67628, 6);
});

describe("on PyTorch's tiny batch, holes included", () => {
  const fixture = torchFixture("irt");
  const { m, d, k } = fixture.shape;
  const names = ["query", "queryBias", "ability"];
  const data = onlyBatch(fixture);

  test("the slopes are PyTorch's, and central differences of the formula", () => {
    const slopes = irtSlopes(weightsOf(fixture.parameters), data, 0);
    const differences = centralDifferences(loss, fixture.parameters);
    expect(loss(fixture.parameters)).toBeCloseTo(fixture.loss, 8);
    names.forEach((name, p) => {
      expect(relativeError(slopes[p]!, fixture.slopes[name]!)).toBeLessThan(1e-4);
      expect(relativeError(slopes[p]!, differences[name]!)).toBeLessThan(1e-4);
    });
  });

  test("four steps of Adam lead where PyTorch's do", () => {
    const weights = weightsOf(fixture.parameters);
    const parameters = [weights.query.data, weights.queryBias, weights.ability.data];
    const optimiser = adam(parameters, { learningRate: fixture.adam.lr });
    for (let step = 0; step < 4; step++) optimiser.step(irtSlopes(weights, data, 0));
    names.forEach((name, p) => expect(relativeError(parameters[p]!, fixture.after[name]!)).toBeLessThan(1e-5));
  });

  function loss({ query, queryBias, ability }: TorchFixture["parameters"]): number {
    const read = crossDots(fixture.x, query!, d).map((line) => line.map((value, c) => value + queryBias![c]!));
    const demand = read.map((line) => line.slice(0, k).map((value) => Math.log1p(Math.exp(value))));
    const logits = crossDots(demand.flat(), ability!, k).map((line, i) => line.map((value) => value - read[i]![k]!));
    return meanLoss(logits, fixture.y);
  }

  function weightsOf({ query, queryBias, ability }: TorchFixture["parameters"]): IrtWeights {
    return {
      query: matrixOf(k + 1, query!),
      queryBias: Float32Array.from(queryBias!),
      ability: matrixOf(m, ability!),
    };
  }
});
