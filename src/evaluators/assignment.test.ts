import { array, assert, boolean, constantFrom, property, uniqueArray } from "fast-check";
import { describe, expect, test } from "vitest";
import type { ScoreResult } from "../core/evaluator.ts";
import { assignment } from "./assignment.ts";

const score = (response: string, truth: unknown = key, record: Record<string, unknown> = {}): ScoreResult =>
  assignment.score({ response, truth, record }, {}, {}) as ScoreResult;

const key = "(1) Ella is a knight\n(2) Noah is a knave";

type Layout = (people: readonly (readonly [string, string])[]) => string;

/** Ways to write who is what. */
const layouts: readonly Layout[] = [
  (people) => `CONCLUSION:\n${people.map(([name, role], i) => `(${i + 1}) ${name} is a ${role}`).join("\n")}`,
  (people) =>
    `**CONCLUSION:**\n\n${people.map(([name, role], i) => `(${i + 1}) **${name}** is a **${role}**.`).join("\n")}`,
  (people) => `### Conclusion\n${people.map(([name, role]) => `- ${name}: ${role.toUpperCase()}`).join("\n")}`,
  (people) =>
    `Conclusion: ${people.map(([name, role]) => `${name} is the ${role}`).join(", ")}. This verifies all statements.`,
  (people) => `\\boxed{\\text{${people.map(([name, role]) => `${name} is a ${role}`).join(", ")}}}`,
  (people) =>
    `CONCLUSION:\n| Person | Role |\n|---|---|\n${people.map(([name, role]) => `| ${name} | ${role} |`).join("\n")}`,
  (people) => `So it all fits.\n\n${people.map(([name, role], i) => `${i + 1}. ${name} is a ${role}`).join("\n")}`,
  (people) =>
    `CONCLUSION:\n${people.map(([name, role], i) => `(${i + 1}) ${name} is a ${role}`).join("\n")}\n\nCheck: if the first were lying, the rest would fail.`,
];

describe("assignment", () => {
  test("the right roles are right in every layout, one wrong role is wrong", () => {
    const names = uniqueArray(constantFrom("Ella", "Isabella", "Noah", "Liam", "Ann", "Joanna", "Zoe"), {
      minLength: 2,
      maxLength: 5,
    });
    assert(
      property(
        names,
        array(boolean(), { minLength: 5, maxLength: 5 }),
        constantFrom(...layouts),
        (people, truths, layout) => {
          const roles = people.map((name, i) => [name, truths[i] ? "knight" : "knave"] as const);
          const wrong = roles.map(
            ([name, role], i) => [name, i > 0 ? role : role === "knight" ? "knave" : "knight"] as const,
          );
          const truth = roles.map(([name, role], i) => `(${i + 1}) ${name} is a ${role}`).join("\n");
          const record = { names: people, solution: people.map((_, i) => truths[i]) };
          expect(score(layout(roles), truth)).toMatchObject({ status: "scored", score: 1 });
          expect(score(layout(roles), null, record)).toMatchObject({ status: "scored", score: 1 });
          expect(score(layout(wrong), truth)).toMatchObject({
            score: 0,
            parts: { "people right": (people.length - 1) / people.length },
          });
        },
      ),
      { numRuns: 200 },
    );
  });

  test.each([
    ["two roles for one person", "CONCLUSION:\n(1) Ella is a knight\n(2) Noah is a knight\nWait, Noah is a knave"],
    ["somebody left out", "CONCLUSION:\n(1) Ella is a knight"],
    ["somebody added", `CONCLUSION:\n${key}\n(3) Liam is a knight`],
    ["another's longer name", "CONCLUSION:\n(1) Isabella is a knight\n(2) Noah is a knave"],
    ["only hypotheses", "Suppose Ella is a knight. Then Noah is a knave."],
    ["the roles exchanged", "Conclusion: knights: Noah; knaves: Ella"],
    ["not a knight", "CONCLUSION:\n(1) Ella is not a knight\n(2) Noah is a knave"],
  ])("%s is wrong", (_, response) => {
    expect(score(response).score).toBe(0);
  });

  test.each([
    ["a negation", "CONCLUSION:\n(1) Ella is not a knave\n(2) Noah isn't a knight"],
    ["a grouping", "CONCLUSION: Knights: Ella. Knaves: Noah."],
    ["a second thought", "CONCLUSION:\n(1) Ella is a knave\n(2) Noah is a knave\n\nThat fails.\n\nCONCLUSION:\n" + key],
    ["a question heading before it", `### Question: who is who?\nCONCLUSION:\n${key}`],
  ])("%s is read", (_, response) => {
    expect(score(response).score).toBe(1);
  });

  test("a key that names nobody is the data's fault", () => {
    expect(score("CONCLUSION: Ella is a knight", "").status).toBe("data-error");
  });
});
