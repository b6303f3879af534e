import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { startLaneProgress } from "./lane-progress.ts";

const plan = new Map([
  ["a", 3],
  ["b", 1],
]);

// Vitest's own stderr is no terminal, as in a job of CI.
test("without a terminal there is a line now and then, and one at the end", async () => {
  const written: string[] = [];
  const progress = startLaneProgress({ quiet: false, everyMs: 5, write: (line) => written.push(line) });
  progress.plan(plan);
  progress.add({ model: "a", outcome: "done", costUsd: 0.5 });
  while (written.length < 2) await sleep(5);
  expect(written[0]).toBe("collecting: 1 of 4 calls (25 %), 0.500 USD");
  progress.add({ model: "b", outcome: "failed", costUsd: NaN });
  progress.stop();
  expect(written.at(-1)).toMatch(/^collected 2 of 4 calls \(50 %\), .*0\.500 USD.*1 failed, in 1 s$/);
  const { length } = written;
  progress.stop();
  await sleep(20);
  expect(written).toHaveLength(length);
});

test("quiet, there is none", () => {
  const written: string[] = [];
  const progress = startLaneProgress({ quiet: true, write: (line) => written.push(line) });
  progress.plan(plan);
  progress.add({ model: "a", outcome: "done", costUsd: 0.5 });
  progress.stop();
  expect(written).toEqual([]);
});
