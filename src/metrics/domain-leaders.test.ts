import { expect, test } from "vitest";
import { leadersByDataset } from "./domain-leaders.ts";
import { specInput } from "../../test/support/spec-fixture.ts";

test("the leader of A is m3, of B m2 (§5.7)", () => {
  expect(leadersByDataset.compute(specInput()).map(({ leaders }) => leaders[0]?.column)).toEqual([2, 1]);
});
