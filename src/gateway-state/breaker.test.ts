/** The laws of a breaker, over every course of calls and time that fast-check can think of. */
import { array, assert, constant, integer, oneof, property, record } from "fast-check";
import { expect, test } from "vitest";
import { defaultBreakerRules } from "./breaker.ts";
import { memoryBreakers } from "./memory-breakers.ts";

const rules = { ...defaultBreakerRules, windowMs: 1000, coolDownMs: 100, longestCoolDownMs: 800, probeMs: 500 };

type Step =
  | { readonly kind: "wait"; readonly ms: number }
  | { readonly kind: "call"; readonly ending: "succeeded" | "failed" | "cancelled" | "lost" };

const steps = array(
  oneof(
    record({ kind: constant("wait" as const), ms: integer({ min: 1, max: 600 }) }),
    ...(["succeeded", "failed", "failed", "failed", "cancelled", "lost"] as const).map((ending) =>
      constant({ kind: "call" as const, ending }),
    ),
  ),
  { maxLength: 60 },
);

/** Runs the steps, each call ending at once; gives what was seen of each. */
function course(all: readonly Step[]) {
  let now = 0;
  const breakers = memoryBreakers(rules, () => now);
  const target = "endpoint";
  return all.map((step) => {
    const before = breakers.stateOf(target);
    const atMs = now;
    if (step.kind === "wait") {
      now += step.ms;
      return { step, before, after: breakers.stateOf(target), atMs, allowed: undefined };
    }
    const allowed = breakers.allows(target);
    if (!(allowed instanceof Promise) && allowed.ok && step.ending !== "lost") void breakers[step.ending](target);
    return { step, before, after: breakers.stateOf(target), atMs, allowed };
  });
}

test("a call is refused only while it is open or a probe is under way, and then it is told when to come again", () => {
  assert(
    property(steps, (all) => {
      for (const { before, allowed } of course(all)) {
        if (allowed === undefined || allowed instanceof Promise) continue;
        if (before === "closed") expect(allowed).toEqual({ ok: true, isProbe: false });
        else if (allowed.ok) expect(allowed.isProbe).toBe(true);
        else {
          expect(allowed.retryAfterMs).toBeGreaterThan(0);
          expect(allowed.retryAfterMs).toBeLessThanOrEqual(rules.longestCoolDownMs);
        }
      }
    }),
  );
});

test("a breaker that opened lets nothing through before its cool-down, and one call at its end", () => {
  assert(
    property(steps, (all) => {
      let closedUntil = -Infinity;
      for (const { step, before, after, atMs, allowed } of course(all)) {
        if (allowed !== undefined && "ok" in allowed && allowed.ok) expect(atMs).toBeGreaterThanOrEqual(closedUntil);
        const lostProbe = step.kind === "call" && step.ending === "lost" && after === "half-open";
        if (lostProbe && allowed !== undefined && "ok" in allowed && allowed.ok) closedUntil = atMs + rules.probeMs;
        else if (after === "open" && before !== "open") closedUntil = atMs + rules.coolDownMs;
        else if (after === "closed") closedUntil = -Infinity;
      }
    }),
  );
});

test("only failures open it: without them it stays closed, however many calls are cancelled or lost", () => {
  assert(
    property(steps, (all) => {
      const harmless = all.filter((step) => step.kind === "wait" || step.ending !== "failed");
      return course(harmless).every(({ after }) => after === "closed");
    }),
  );
});

test("however it was treated, a success some time later closes it", () => {
  assert(
    property(steps, (all) => {
      const healed = course([
        ...all,
        { kind: "wait", ms: rules.longestCoolDownMs },
        { kind: "call", ending: "succeeded" },
      ]);
      return healed.at(-1)?.after === "closed";
    }),
  );
});

test("fewer than half of the calls failing does not open it; half of them does", () => {
  const failingOneIn = (n: number): Step[] =>
    Array.from({ length: 40 }, (_, i) => ({ kind: "call", ending: i % n === n - 1 ? "failed" : "succeeded" }));
  expect(course(failingOneIn(3)).at(-1)?.after).toBe("closed");
  expect(course(failingOneIn(2)).at(-1)?.after).toBe("open");
});

test("old failures are forgotten with their window", () => {
  const failure: Step = { kind: "call", ending: "failed" };
  const slow = Array.from({ length: 20 }, (): Step[] => [failure, failure, { kind: "wait", ms: 500 }]).flat();
  expect(course(slow).every(({ after }) => after === "closed")).toBe(true);
});
