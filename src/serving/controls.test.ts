import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Policy } from "../core/policy.ts";
import { routerByName } from "../routers/registry.ts";
import { parseTarget } from "./controls.ts";
import type { KnownRouters } from "./controls.ts";
import type { Controls } from "./decider.ts";
import { fitsPattern } from "./name-patterns.ts";

const entry = (label: string, policy: Policy) => [label, { router: routerByName(label).router, policy }] as const;
const known: KnownRouters = {
  byName: new Map([
    entry("avengers-pro", { kind: "alpha", alpha: 0.6 }),
    entry("avengers", { kind: "argmax" }),
    entry("hybridllm", { kind: "threshold", threshold: 0.5 }),
    entry("frugalgpt", { kind: "budget", budgetUsd: 0.01 }),
    entry("knn", { kind: "argmax" }),
  ]),
  defaultRouter: "avengers",
  models: ["gpt-5", "qwen3-8b", "router-of-theirs"],
};

function controlsOf(model: string, headers: Record<string, string> = {}): Controls {
  const target = parseTarget(model, (name) => headers[name], known);
  if (target.kind === "bypass") throw new Error("no choice is asked for");
  return target.controls;
}

describe("the name of the model", () => {
  test("auto leaves router and policy open", () => {
    expect(controlsOf("auto")).toMatchObject({ router: undefined, policy: undefined });
  });

  test("a model's own id bypasses every router, even where it looks like one", () => {
    expect(parseTarget("gpt-5", () => undefined, known)).toEqual({ kind: "bypass", model: "gpt-5" });
    expect(parseTarget("router-of-theirs", () => undefined, known).kind).toBe("bypass");
  });

  test.each([
    ["router-avengers", "avengers", undefined],
    ["router-avengers-pro", "avengers-pro", undefined],
    ["router-avengers-pro-0.3", "avengers-pro", { kind: "alpha", alpha: 0.3 }],
    ["router-hybridllm-0.11593", "hybridllm", { kind: "threshold", threshold: 0.11593 }],
    ["router-frugalgpt-0.002", "frugalgpt", { kind: "budget", budgetUsd: 0.002 }],
    ["router-knn-300", "knn", { kind: "costWeight", lambda: 300 }],
  ])("%s asks for router %s under %j", (name, router, policy) => {
    expect(controlsOf(name)).toMatchObject({ router });
    expect(controlsOf(name).policy).toEqual(policy);
  });

  test.each([
    ["router-avengrs", 'Did you mean "router-avengers"'],
    ["router-avengers-pro-2", "the number is the router's alpha"],
    ["router-knn-fast", "unknown model"],
    ["router-", "unknown model"],
    ["", "unknown model"],
  ])("%s is refused: %s", (name, said) => {
    expect(() => controlsOf(name)).toThrow(said);
  });
});

describe("headers", () => {
  test("say the policy, the lists, the bounds, the session, and whether to explain", () => {
    const controls = controlsOf("auto", {
      "x-signalbox-policy": "floor 0.98",
      "x-signalbox-allow": "gpt-*, qwen3-8b",
      "x-signalbox-exclude": "*-preview",
      "x-signalbox-max-cost-usd": "0.01",
      "x-signalbox-quality-floor": ".7",
      "x-signalbox-session": "abc",
      "x-signalbox-explain": "true",
    });
    expect(controls).toEqual({
      router: undefined,
      policy: { kind: "floor", ratio: 0.98 },
      allowed: ["gpt-*", "qwen3-8b"],
      excluded: ["*-preview"],
      ceilingUsd: 0.01,
      floor: 0.7,
      session: "abc",
      explain: true,
    });
  });

  test.each([
    ["x-signalbox-policy", "budget 0.002", "found on validation prompts, not while serving"],
    ["x-signalbox-policy", "flor 1", "unknown policy"],
    ["x-signalbox-allow", " , ", "names no model"],
    ["x-signalbox-exclude", "gpt-6", 'Did you mean "gpt-5"'],
    ["x-signalbox-max-cost-usd", "-1", "no number of 0 or more"],
    ["x-signalbox-quality-floor", "NaN", "no number of 0 or more"],
    ["x-signalbox-explain", "perhaps", "neither true nor false"],
  ])("%s: %s is refused: %s", (name, text, said) => {
    expect(() => controlsOf("auto", { [name]: text })).toThrow(said);
  });

  test("a knob in the name and a policy in a header are one too many", () => {
    expect(() => controlsOf("router-knn-300", { "x-signalbox-policy": "argmax" })).toThrow("both say how to decide");
  });
});

describe("patterns", () => {
  const letters = fc.string({ unit: fc.constantFrom("a", "b", "-"), maxLength: 8 });

  test("fit as the regular expression does in which * is any run of characters", () => {
    const pattern = fc.string({ unit: fc.constantFrom("a", "b", "-", "*"), maxLength: 8 });
    fc.assert(
      fc.property(letters, pattern, (id, text) => {
        const expression = new RegExp(`^${text.replaceAll("*", ".*")}$`);
        expect(fitsPattern(id, text)).toBe(expression.test(id));
      }),
      { numRuns: 500 },
    );
  });

  test("hold no other magic: a dot is a dot", () => {
    expect(fitsPattern("gpt-5x1", "gpt-5.1")).toBe(false);
  });
});
