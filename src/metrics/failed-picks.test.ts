import { expect, test } from "vitest";
import { failedPicks } from "./failed-picks.ts";
import { specInput } from "../../test/support/spec-fixture.ts";

test("counts what the replay counted", () => {
  const input = specInput();
  expect(failedPicks.compute({ ...input, replay: { ...input.replay, failedPicks: 2 } })).toBe(2);
});
