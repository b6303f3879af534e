import { expect, test } from "vitest";
import { pacedLengths } from "./chain-lengths.ts";

const lane = { queue: "a", label: "", needs: "", concurrency: 10 };

/** The length after a second in which so many results came, evenly. */
function lengthAt(perSecond: number, concurrency = 10): number {
  let nowMs = 0;
  const lengths = pacedLengths([{ ...lane, concurrency }], () => nowMs);
  for (let n = 1; n <= perSecond; n++) {
    nowMs = (n * 1000) / perSecond;
    lengths.came("a", 1);
  }
  return lengths.of("a");
}

test("the first jobs go alone", () => {
  expect(pacedLengths([lane], () => 0).of("a")).toBe(1);
});

test("a chain takes about half a second of jobs, and no more than thirty-two of them", () => {
  expect(lengthAt(1000)).toBe(32); // 10 ms each
  expect(lengthAt(100)).toBe(5); // 100 ms each
  expect(lengthAt(20)).toBe(1); // half a second each
});

test("jobs that take long go alone, however many are under way", () => {
  expect(lengthAt(20, 100)).toBe(1);
  expect(lengthAt(1000, 1000)).toBe(1);
});

test("after a pause, or where jobs have become slow, chains are short again at once", () => {
  let nowMs = 0;
  const lengths = pacedLengths([lane], () => nowMs);
  for (nowMs = 0; nowMs < 1000; nowMs++) lengths.came("a", 1);
  expect(lengths.of("a")).toBe(32);
  nowMs += 30_000;
  lengths.came("a", 1);
  expect(lengths.of("a")).toBe(1);
});

test("queues are measured each for itself", () => {
  let nowMs = 0;
  const lengths = pacedLengths([lane, { ...lane, queue: "b" }], () => nowMs);
  for (nowMs = 0; nowMs < 1000; nowMs++) lengths.came("a", 1);
  expect([lengths.of("a"), lengths.of("b")]).toEqual([32, 1]);
});
