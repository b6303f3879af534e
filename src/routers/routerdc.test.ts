/** RouterDC against the worked example of routers.md §4.15, PyTorch, and central differences. */
import { describe, expect, test } from "vitest";
import { seededRandom } from "../math/random.ts";
import { testSlopes } from "../../test/support/slope-exam.ts";
import { crossDots, exactBatch, matrixOf, torchFixture } from "../../test/support/torch-fixture.ts";
import type { TorchFixture } from "../../test/support/torch-fixture.ts";
import { drawPartners, modelLosses, ranked } from "./contrast.ts";
import { contrastSlopes } from "./routerdc.ts";
import type { Draws, RouterDcWeights } from "./routerdc.ts";

test("the worked example's losses, with its stable ties", () => {
  const scores = [1, 0, 1, 0];
  const order = ranked(scores, [0, 1, 2, 3]);
  const contrast = { topK: 3, lastK: 2 };
  const losses = modelLosses([0.9, 0.1, -0.2, 0.4], scores, order, contrast, new Float64Array(4), 1);
  expect(order).toEqual([0, 2, 1, 3]);
  expect(losses.map((loss) => Number(loss.toFixed(6)))).toEqual([0.720694, 1.42839, 0]);
});

test("a model without a score has no place among the best or the worst", () => {
  expect(ranked([0.5, NaN, 1, 0], [3, 1, 0, 2])).toEqual([2, 0, 3]);
});

test("partners are one other prompt of the same group and some of others, each as likely as the next", () => {
  const groupOf = Int32Array.of(0, 1, 0, 1, 0, 2);
  const random = seededRandom("partners");
  const near = new Map<number, number>();
  for (let t = 0; t < 1000; t++) {
    const drawn = drawPartners(groupOf, 3, random);
    drawn.forEach(([positive, ...far], i) => {
      if (groupOf[i] === 2) return;
      expect(positive).not.toBe(i);
      expect(groupOf[positive!]).toBe(groupOf[i]);
      expect(far.map((other) => groupOf[other])).not.toContain(groupOf[i]);
      expect(far).toHaveLength(3);
    });
    near.set(drawn[0]![0]!, (near.get(drawn[0]![0]!) ?? 0) + 1);
    expect(drawn[5]).toEqual([]);
  }
  for (const other of [2, 4]) expect(near.get(other)! / 1000).toBeCloseTo(0.5, 1);
});

describe("on PyTorch's tiny batch, holes included", () => {
  const fixture = torchFixture("routerdc") as TorchFixture &
    Draws & { models: number; options: Parameters<typeof contrastSlopes>[4] };
  const { options, orders, partners, models } = fixture;
  const { n, d, k } = fixture.shape;
  const data = exactBatch({ ...fixture, shape: { ...fixture.shape, m: models } });

  testSlopes({
    fixture,
    weightsOf,
    arraysOf: ({ project, offset, keys, bias }) => ({ project: project.data, offset, keys: keys.data, bias }),
    slopesAt: (weights) => contrastSlopes(weights, data, 0, fixture, options),
    loss,
  });

  function loss({ project, offset, keys, bias }: TorchFixture["parameters"]): number {
    const unit = (line: readonly number[]): number[] => line.map((value) => value / Math.hypot(...line));
    const hidden = crossDots(fixture.x, project!, d).map((line) => unit(line.map((value, w) => value + offset![w]!)));
    const points = Array.from({ length: models }, (_, j) => unit(keys!.slice(j * k, (j + 1) * k)));
    const near = crossDots(hidden.flat(), hidden.flat(), k);
    const score = (i: number, j: number): number => fixture.y[j * n + i]!;
    const first = (logits: number[]): number =>
      Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit), 0)) - logits[0]!;
    const each = crossDots(hidden.flat(), points.flat(), k).map((line, i) => {
      const logits = line.map((value, j) => value / options.temperature + bias![j]!);
      const order = orders[i]!;
      const far = order.slice(-options.lastK).filter((j) => score(i, j) <= 0.5);
      const best = order.slice(0, options.topK).filter((j) => score(i, j) > 0);
      const ofModels = best.map((j) => first([j, ...far].map((c) => logits[c]!)));
      const ofPrompts = partners[i]!.length > 0 ? first(partners[i]!.map((other) => near[i]![other]!)) : 0;
      return ofModels.reduce((sum, value) => sum + value, options.groupWeight * ofPrompts);
    });
    return each.reduce((sum, value) => sum + value, 0) / n;
  }

  function weightsOf({ project, offset, keys, bias }: TorchFixture["parameters"]): RouterDcWeights {
    return {
      project: matrixOf(k, project!),
      offset: Float32Array.from(offset!),
      keys: matrixOf(models, keys!),
      bias: Float32Array.from(bias!),
    };
  }
});
