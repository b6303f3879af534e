import { expect, test } from "vitest";
import { perfGain } from "./perf-gain.ts";
import { exampleSweep, points } from "../../test/support/spec-fixture.ts";

test("the example gains 0.12; with only its first configuration it loses 0.2 (§5.5)", () => {
  expect(perfGain.compute(exampleSweep())).toBeCloseTo(0.12, 9);
  expect(perfGain.compute(exampleSweep({ points: points([0.02, 0.5]) }))).toBeCloseTo(-0.2, 9);
});

test("the Dataset Oracle of the fixture gains 0.2 (§5.7)", () => {
  expect(perfGain.compute(exampleSweep({ points: points([0.05, 0.75]) }))).toBeCloseTo(0.2, 9);
});

test("no configuration, no gain", () => {
  expect(perfGain.compute(exampleSweep({ points: [] }))).toBeNaN();
});
