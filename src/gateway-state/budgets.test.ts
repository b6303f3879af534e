/** Laws of budgets, over any order of reserving, settling, releasing and waiting. */
import { array, assert, constant, integer, oneof, property, record } from "fast-check";
import { expect, onTestFinished, test, vi } from "vitest";
import { memoryState } from "./memory-state.ts";
import type { Reservation, Reserved } from "./state.ts";
import { defaultStateOptions } from "./state-options.ts";

const steps = array(
  oneof(
    { weight: 4, arbitrary: record({ kind: constant("reserve" as const), cents: integer({ min: 0, max: 60 }) }) },
    record({
      kind: constant("settle" as const),
      which: integer({ min: 0, max: 9 }),
      share: integer({ min: 0, max: 100 }),
    }),
    record({ kind: constant("release" as const), which: integer({ min: 0, max: 9 }) }),
  ),
  { maxLength: 80 },
);

test("spent and held back together never exceed the cap, and to the last billionth nothing is lost", () => {
  assert(
    property(steps, (all) => {
      const { state } = memoryState({ ...defaultStateOptions, now: () => 0 });
      const key = { id: "key_a", limits: {}, caps: { total: 1 } };
      const open: Reservation[] = [];
      let spentNanos = 0;
      for (const step of all) {
        if (step.kind === "reserve") {
          const reserved = state.budgets.reserve({ key, model: "m" }, step.cents / 100) as Reserved;
          if (reserved.ok) open.push(reserved.reservation);
        } else {
          const [reservation] = open.splice(step.which, 1);
          if (reservation === undefined) continue;
          if (step.kind === "release") void state.budgets.release(reservation);
          else {
            const nanos = Math.floor((reservation.usd * 1e9 * step.share) / 100);
            void state.budgets.settle(reservation, nanos / 1e9);
            spentNanos += nanos;
          }
        }
        const heldNanos = open.reduce((sum, { usd }) => sum + Math.round(usd * 1e9), 0);
        expect(spentNanos + heldNanos).toBeLessThanOrEqual(1e9);
      }
      expect(state.budgets.spent(key)).toMatchObject({ total: spentNanos / 1e9 });
      void state.close();
    }),
  );
});

test("amounts that are none are refused when they are to be held back", () => {
  const { state } = memoryState(defaultStateOptions);
  expect(() => state.budgets.reserve({ key: undefined, model: "m" }, -1)).toThrow(RangeError);
  void state.close();
});

test("money is held as long as the longest call that there was to be, also when that has become longer or shorter", async () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const [holdMs, caps] = [1000, { gateway: { total: 1 } }];
  const { state } = memoryState({ ...defaultStateOptions, caps, holdMs, longestCallMs: 10_000, now: () => Date.now() });
  onTestFinished(() => state.close());
  const reserve = (): Reserved => state.budgets.reserve({ key: undefined, model: "m" }, 1) as Reserved;
  expect(reserve().ok).toBe(true);
  state.budgets.change({ caps, longestCallMs: 60_000 });
  state.budgets.change({ caps, longestCallMs: 5_000 });
  await vi.advanceTimersByTimeAsync(50_000);
  expect(reserve().ok).toBe(false);
  await vi.advanceTimersByTimeAsync(20_000);
  expect(reserve().ok).toBe(true);
});
