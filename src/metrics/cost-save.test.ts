import { expect, test } from "vitest";
import { costSave } from "./cost-save.ts";
import { exampleSweep, points } from "../../test/support/spec-fixture.ts";

test("the example saves 0.0769; with only its first configuration nothing is defined (§5.5)", () => {
  expect(costSave.compute(exampleSweep())).toBeCloseTo(0.0769230769, 9);
  expect(costSave.compute(exampleSweep({ points: points([0.02, 0.5]) }))).toBeNaN();
});

test("being as accurate but dearer is a negative saving: the Dataset Oracle's −0.923 (§5.7)", () => {
  expect(costSave.compute(exampleSweep({ points: points([0.05, 0.75]) }))).toBeCloseTo(-0.9230769231, 9);
});

test("a pool without a cost axis saves nothing that could be named", () => {
  expect(costSave.compute(exampleSweep({ hasCost: false }))).toBeNaN();
});
