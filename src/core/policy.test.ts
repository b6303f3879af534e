import { describe, expect, test } from "vitest";
import { UsageError } from "./errors.ts";
import { parsePolicy, policyExamples, policyText } from "./policy.ts";
import type { Policy } from "./policy.ts";

describe("a policy as text", () => {
  test.each<[string, Policy]>([
    ["argmax", { kind: "argmax" }],
    ["costWeight 300", { kind: "costWeight", lambda: 300 }],
    ["costWeight Infinity", { kind: "costWeight", lambda: Infinity }],
    ["alpha 0.5", { kind: "alpha", alpha: 0.5 }],
    ["floor 0.98", { kind: "floor", ratio: 0.98 }],
    ["threshold 0.4", { kind: "threshold", threshold: 0.4 }],
    ["budget 0.002", { kind: "budget", budgetUsd: 0.002 }],
  ])("%s is read as what writes it", (text, policy) => {
    expect(parsePolicy(text, "--policy")).toEqual(policy);
    expect(policyText(policy)).toBe(text);
  });

  test("spaces around and between do not matter", () => {
    expect(parsePolicy("  floor   0.9 ", "--policy")).toEqual({ kind: "floor", ratio: 0.9 });
  });

  test("the examples in messages are policies themselves", () => {
    const kinds = policyExamples.split(", ").map((text) => parsePolicy(text, "--policy").kind);
    expect(kinds).toEqual(["argmax", "costWeight", "alpha", "floor", "threshold", "budget"]);
  });

  test.each([
    ["a near name", "cost-weight 3", 'Did you mean "costWeight"?'],
    ["nothing", "", "Known: argmax, costWeight"],
    ["a name of every object", "toString 1", 'unknown policy "toString"'],
    ["no number", "budget", "budget needs one number after it"],
    ["two numbers", "alpha 0.1 0.2", "alpha needs one number after it"],
    ["a word for a number", "threshold high", "threshold needs one number after it"],
    ["a number too many", "argmax 1", "argmax takes no number"],
    ["a number too large", "alpha 1.5", "the number must be at most 1"],
    ["a number too small", "budget -1", "the number must be at least 0"],
  ])("%s is refused with what to write", (_, text, words) => {
    const parse = (): Policy => parsePolicy(text, "--policy");
    expect(parse).toThrow(UsageError);
    expect(parse).toThrow(words);
    expect(parse).toThrow("--policy");
  });
});
