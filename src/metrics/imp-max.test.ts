import { expect, test } from "vitest";
import { impMax } from "./imp-max.ts";
import { specInput } from "../../test/support/spec-fixture.ts";

test("router R is a third below the Dataset Oracle (§5.3)", () => {
  expect(impMax.compute(specInput())).toBeCloseTo(-0.3333333333, 9);
});
