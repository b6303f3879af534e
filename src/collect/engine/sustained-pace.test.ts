import { expect, test } from "vitest";
import { sustainedPace } from "./sustained-pace.ts";

/** What is said of `count` events spread evenly over a second. */
function second(at: { now: number }, count: () => boolean, events: number): boolean {
  let said = false;
  for (let i = 0; i < events; i++) {
    at.now += 1000 / events;
    said = count();
  }
  return said;
}

test("a burst is no pace; a second above it is; a slow second and a pause end it", () => {
  const at = { now: 0 };
  const count = sustainedPace(500, () => at.now);
  for (let i = 0; i < 10_000; i++) expect(count()).toBe(false);
  at.now = 10_000;
  expect(count()).toBe(false);
  second(at, count, 800);
  expect(second(at, count, 800)).toBe(true);
  second(at, count, 100);
  expect(second(at, count, 100)).toBe(false);
  second(at, count, 800);
  expect(second(at, count, 800)).toBe(true);
  at.now += 60_000;
  expect(count()).toBe(false);
});
