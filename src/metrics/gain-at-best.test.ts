import { expect, test } from "vitest";
import { deltaBestSingle } from "./delta-best-single.ts";
import { gainAtBest } from "./gain-at-best.ts";
import { specInput } from "../../test/support/spec-fixture.ts";

test("router R gains 0.25 on the best single model though it loses 12.5 points of AvgAcc (§5.3)", () => {
  const input = specInput();
  expect(gainAtBest.compute(input)).toBeCloseTo(0.25, 9);
  expect(deltaBestSingle.compute(input)).toBeCloseTo(-0.125, 9);
});
