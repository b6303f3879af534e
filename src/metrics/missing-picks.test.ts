import { expect, test } from "vitest";
import { missingPicks } from "./missing-picks.ts";
import { specInput } from "../../test/support/spec-fixture.ts";

test("counts what the replay counted", () => {
  const input = specInput();
  expect(missingPicks.compute({ ...input, replay: { ...input.replay, missingPicks: 3 } })).toBe(3);
});
