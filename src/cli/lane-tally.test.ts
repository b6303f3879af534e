import { expect, test } from "vitest";
import { LaneTally } from "./lane-tally.ts";

const done = { outcome: "done", costUsd: 0.01 } as const;

test("tells pace, cost and the time that is left", () => {
  const lane = new LaneTally("a", 100);
  for (let i = 0; i < 11; i++) lane.add(done, 500 * i);
  expect(lane.facts()).toBe("2.0/s, 0.110 USD, 45 s left");
});

test("what the cache gave says nothing about the pace, and costs nothing", () => {
  const lane = new LaneTally("a", 100);
  lane.add(done, 0);
  for (let i = 0; i < 50; i++) lane.add({ outcome: "cached", costUsd: 1 }, 1);
  lane.add(done, 1000);
  expect(lane.facts()).toBe("1.0/s, 0.0200 USD, 48 s left, 50 from the cache");
});

test("a failure is counted, and a cost that is not known is not taken for none", () => {
  const lane = new LaneTally("a", 2);
  lane.add({ outcome: "failed", costUsd: NaN }, 0);
  lane.add({ outcome: "done", costUsd: NaN }, 1000);
  expect(lane.facts()).toBe("1.0/s, 0 USD and 1 unknown cost, 1 failed");
});

test("the pace is that of late: an hour's pause at the start is forgotten", () => {
  const lane = new LaneTally("a", 1000);
  lane.add(done, 0);
  for (let i = 0; i < 100; i++) lane.add(done, 3_600_000 + 100 * i);
  expect(lane.pace).toBeCloseTo(10, 9);
});

test("a run of less than a second has no pace", () => {
  const lane = new LaneTally("a", 1000);
  for (let i = 0; i < 900; i++) lane.add(done, i);
  expect(lane.facts()).toBe("9.00 USD");
  lane.add(done, 1000);
  expect(lane.facts()).toBe("900/s, 9.01 USD, 1 s left");
});

test("nothing finished, nothing is claimed", () => {
  expect(new LaneTally("a", 5).facts()).toBe("0 USD");
});
