import { expect, test } from "vitest";
import { solvability } from "./solvability.ts";
import { specInput } from "../../test/support/spec-fixture.ts";

test("a quarter of A is solved by nobody, nothing by everybody", () => {
  expect(solvability.compute(specInput())).toEqual([
    { allCorrect: 0, allWrong: 0.25, mixed: 0.75 },
    { allCorrect: 0, allWrong: 0, mixed: 1 },
  ]);
});
