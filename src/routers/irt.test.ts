/** Item response theory against the worked example of routers.md §8, PyTorch, and central differences. */
import { describe, expect, test } from "vitest";
import { fromRows } from "../math/matrix.ts";
import { testSlopes } from "../../test/support/slope-exam.ts";
import { crossDots, matrixOf, meanLoss, onlyBatch, torchFixture } from "../../test/support/torch-fixture.ts";
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
  const data = onlyBatch(fixture);

  testSlopes({
    fixture,
    weightsOf,
    arraysOf: ({ query, queryBias, ability }) => ({ query: query.data, queryBias, ability: ability.data }),
    slopesAt: (weights) => irtSlopes(weights, data, 0),
    loss,
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
