/** What is wrong with a value, in our words: the schema library's texts speak of types and codes. */
import type { z } from "zod";

/** One clause without a subject: "must be a number, not text". */
export function issueWords(issue: z.core.$ZodIssue | undefined): string {
  switch (issue?.code) {
    case "invalid_type":
      return `must be ${typeWords(issue.expected)}${received(issue.message)}`;
    case "invalid_value":
      return `must be ${issue.values.length === 1 ? "" : "one of "}${issue.values.map(String).join(", ")}`;
    case "too_small":
      return `must be ${issue.inclusive ? "at least" : "more than"} ${String(issue.minimum)}${sizeOf(issue.origin)}`;
    case "too_big":
      return `must be ${issue.inclusive ? "at most" : "less than"} ${String(issue.maximum)}${sizeOf(issue.origin)}`;
    case "unrecognized_keys":
      return `has no ${issue.keys.map((key) => `"${key}"`).join(", ")}`;
    default:
      return issue?.message ?? "is not valid";
  }
}

const types: Readonly<Record<string, string>> = {
  number: "a number",
  int: "a whole number",
  string: "text",
  boolean: "true or false",
  array: "a list",
  object: "a group of named values",
  record: "a group of named values",
};

function typeWords(expected: string): string {
  return types[expected] ?? expected;
}

function received(message: string): string {
  const found = /received (\w+)/.exec(message)?.[1];
  return found === undefined || found === "undefined" ? "" : `, not ${typeWords(found)}`;
}

function sizeOf(origin: string): string {
  if (origin === "string") return " characters long";
  return origin === "array" ? " entries long" : "";
}
