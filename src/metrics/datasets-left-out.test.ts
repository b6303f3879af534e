import { expect, test } from "vitest";
import { datasetsLeftOut } from "./datasets-left-out.ts";
import { specInput } from "../../test/support/spec-fixture.ts";

test("no data set of the fixture is left out; with m1 as hopeless Best Single both are", () => {
  const input = specInput();
  expect(datasetsLeftOut.compute(input)).toEqual({ gainAtRandom: 0, gainAtBest: 0, gapAtOracle: 0 });
  const hopeless = { ...input.bestSingle, score: new Float64Array(6) };
  expect(datasetsLeftOut.compute({ ...input, bestSingle: hopeless }).gainAtBest).toBe(2);
});
