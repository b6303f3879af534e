import { expect, test } from "vitest";
import { Turns } from "./turns.ts";

test("no more are in their turn than may be, and the others come in order", async () => {
  const turns = new Turns(() => 2);
  const begun: number[] = [];
  const ends: (() => void)[] = [];
  const all = [0, 1, 2, 3, 4].map(async (i) => {
    const end = await turns.take();
    begun.push(i);
    ends.push(end);
  });
  await Promise.all(all.slice(0, 2));
  expect(begun).toEqual([0, 1]);
  ends[1]?.();
  await all[2];
  expect(begun).toEqual([0, 1, 2]);
  ends[0]?.();
  ends[2]?.();
  await Promise.all(all);
  expect(begun).toEqual([0, 1, 2, 3, 4]);
});

test("a turn that is ended twice makes room once", async () => {
  const turns = new Turns(() => 1);
  const end = await turns.take();
  end();
  end();
  const second = await turns.take();
  let isThird = false;
  const third = turns.take().then(() => (isThird = true));
  await new Promise((resolve) => setImmediate(resolve));
  expect(isThird).toBe(false);
  second();
  await third;
});

test("where more may be at once than before, those that wait come as soon as a turn ends", async () => {
  let atOnce = 1;
  const turns = new Turns(() => atOnce);
  const end = await turns.take();
  const waiting = [turns.take(), turns.take(), turns.take()];
  atOnce = 2;
  end();
  await Promise.all(waiting.slice(0, 2));
  let isLast = false;
  void waiting[2]?.then(() => (isLast = true));
  await new Promise((resolve) => setImmediate(resolve));
  expect(isLast).toBe(false);
});
