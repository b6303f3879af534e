/** The exam of hand-written slopes: PyTorch's on its tiny batch, and where Adam leads from there. */
import { expect, test } from "vitest";
import { adam } from "../../src/math/adam.ts";
import { centralDifferences, relativeError } from "./torch-fixture.ts";
import type { TorchFixture } from "./torch-fixture.ts";

type Parameters = TorchFixture["parameters"];

export interface SlopeExam<Weights> {
  readonly fixture: TorchFixture;
  readonly weightsOf: (parameters: Parameters) => Weights;
  /** the numbers of each parameter, by its name in the fixture, in the order of the slopes */
  readonly arraysOf: (weights: Weights) => Readonly<Record<string, Float32Array>>;
  readonly slopesAt: (weights: Weights) => Float32Array[];
  /** the formula in double precision */
  readonly loss: (parameters: Parameters) => number;
}

/** Two tests, for the `describe` of the router. */
export function testSlopes<Weights>({ fixture, weightsOf, arraysOf, slopesAt, loss }: SlopeExam<Weights>): void {
  const names = Object.keys(arraysOf(weightsOf(fixture.parameters)));

  test("the slopes are PyTorch's, and central differences of the formula", () => {
    const slopes = slopesAt(weightsOf(fixture.parameters));
    const differences = centralDifferences(loss, fixture.parameters);
    expect(names.toSorted()).toEqual(Object.keys(fixture.slopes).toSorted());
    expect(loss(fixture.parameters)).toBeCloseTo(fixture.loss, 8);
    names.forEach((name, p) => {
      expect(relativeError(slopes[p]!, fixture.slopes[name]!)).toBeLessThan(1e-4);
      expect(relativeError(slopes[p]!, differences[name]!)).toBeLessThan(1e-4);
    });
  });

  test("four steps of Adam lead where PyTorch's do", () => {
    const weights = weightsOf(fixture.parameters);
    const parameters = arraysOf(weights);
    const optimiser = adam(Object.values(parameters), { learningRate: fixture.adam.lr });
    for (let step = 0; step < 4; step++) optimiser.step(slopesAt(weights));
    for (const name of names) expect(relativeError(parameters[name]!, fixture.after[name]!)).toBeLessThan(1e-5);
  });
}
