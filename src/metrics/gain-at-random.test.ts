import { expect, test } from "vitest";
import { gainAtRandom } from "./gain-at-random.ts";
import { specInput } from "../../test/support/spec-fixture.ts";

test("router R gains 0.35 over Random: the mean of 0.5 and 0.2 (§5.3)", () => {
  expect(gainAtRandom.compute(specInput())).toBeCloseTo(0.35, 9);
});
