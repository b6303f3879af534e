import { expect, test } from "vitest";
import { specInput } from "../../test/support/spec-fixture.ts";
import { uniqueSolvesByModel } from "./unique-solves.ts";

test("lists unique solves by column (§5.9)", () => {
  expect([...uniqueSolvesByModel.compute(specInput())]).toEqual([1, 1, 1]);
});
