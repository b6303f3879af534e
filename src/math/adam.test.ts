import { expect, test } from "vitest";
import { adam } from "./adam.ts";
import type { AdamOptions } from "./adam.ts";
import { seededRandom } from "./random.ts";
import { describeWithoutWebAssembly } from "../../test/support/without-webassembly.ts";

/** Parameters of 1,503 and 6 numbers after five steps on drawn gradients. */
function afterFiveSteps(make: typeof adam, options: AdamOptions): Float32Array[] {
  const random = seededRandom("adam");
  const draw = (length: number): Float32Array => Float32Array.from({ length }, () => random.normal());
  const parameters = [draw(1503), draw(6)];
  const optimiser = make(parameters, options);
  for (let step = 0; step < 5; step++) optimiser.step([draw(1503), draw(6)]);
  return parameters;
}

test("the first step is the learning rate, against the gradient's sign", () => {
  const theta = Float32Array.of(1, 1, 1);
  adam([theta], { learningRate: 0.01 }).step([Float32Array.of(3, -0.2, 0)]);
  expect([...theta].map((value) => Number(value.toFixed(6)))).toEqual([0.99, 1.01, 1]);
});

test("decoupled decay shrinks by rate times decay, whatever the gradient; coupled decay is part of it", () => {
  const decoupled = Float32Array.of(2);
  adam([decoupled], { learningRate: 0.1, weightDecay: 0.5, decoupled: true }).step([Float32Array.of(0)]);
  expect(decoupled[0]).toBeCloseTo(1.9, 6);
  const coupled = Float32Array.of(2);
  adam([coupled], { learningRate: 0.1, weightDecay: 0.5 }).step([Float32Array.of(0)]);
  expect(coupled[0]).toBeCloseTo(1.9, 6);
});

describeWithoutWebAssembly(() => {
  test.each([
    { learningRate: 0.01, weightDecay: 0.1 },
    { learningRate: 0.003, weightDecay: 0.1, decoupled: true },
  ])("steps have the same bits, %o", async (options) => {
    const plain = await import("./adam.ts");
    expect(afterFiveSteps(plain.adam, options)).toEqual(afterFiveSteps(adam, options));
  });
});
