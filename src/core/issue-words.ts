/** What is wrong with a value, in our words: the schema library's texts speak of types and codes. */
import type { z } from "zod";

/** One clause without a subject: "must be a number, not text". Messages of our own refinements are kept. */
export function issueWords(issue: z.core.$ZodIssue | undefined): string {
  switch (issue?.code) {
    case "invalid_type":
      return typeMismatch(issue);
    case "invalid_value":
      return `must be ${issue.values.length === 1 ? "" : "one of "}${issue.values.map(String).join(", ")}`;
    case "invalid_union":
      return unionWords(issue);
    case "too_small":
      return tooSmallWords(issue);
    case "too_big":
      return `must be ${issue.inclusive ? "at most" : "less than"} ${String(issue.maximum)}${sizeOf(issue.origin)}`;
    case "unrecognized_keys":
      return `has no ${issue.keys.map((key) => `"${key}"`).join(", ")}`;
    case "custom":
      return issue.message;
    case "invalid_format":
      return formatWords(issue);
    default:
      return "is not valid";
  }
}

function tooSmallWords({ origin, minimum, inclusive = false }: z.core.$ZodIssueTooSmall): string {
  if (origin === "string" && minimum === 1) return "must not be empty";
  return `must be ${inclusive ? "at least" : "more than"} ${String(minimum)}${sizeOf(origin)}`;
}

/** The library's own text, which shows the pattern, begins with "Invalid". */
function formatWords({ message }: z.core.$ZodIssueInvalidStringFormat): string {
  return message.startsWith("Invalid ") ? "is not valid" : message;
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

/** What the library says it was given, in words that may follow "not"; a missing value has none. */
const givenTypes: Readonly<Record<string, string>> = { ...types, null: "null", NaN: "NaN", Infinity: "infinity" };

function typeMismatch({ expected, message }: z.core.$ZodIssueInvalidType): string {
  // The issue itself carries no type of what was given.
  const received = /received (\w+)/.exec(message)?.[1] ?? "";
  if (received === "undefined") return "is missing";
  const given = givenTypes[received];
  const wanted = `must be ${types[expected] ?? "of another kind"}`;
  return given === undefined || (expected === "int" && received === "number") ? wanted : `${wanted}, not ${given}`;
}

/** The kinds a value may be of, where that is what all alternatives complain of. */
function unionWords({ errors }: z.core.$ZodIssueInvalidUnion): string {
  const kinds = errors.map(([first]) => (first?.code === "invalid_type" ? types[first.expected] : undefined));
  const known = new Set(kinds.filter((kind) => kind !== undefined));
  return known.size > 0 && kinds.every((kind) => kind !== undefined)
    ? `must be ${[...known].join(" or ")}`
    : "is not valid";
}

function sizeOf(origin: string): string {
  if (origin === "string") return " characters long";
  return origin === "array" ? " entries long" : "";
}
