import { expect, test } from "vitest";
import { pairGain } from "./pair-gain.ts";
import { specInput } from "../../test/support/spec-fixture.ts";

test("lists every pair of the pool (§5.9)", () => {
  expect(pairGain.compute(specInput()).map(({ gain }) => gain)).toEqual([0.125, 0.25, 0.125]);
});
