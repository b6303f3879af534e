/**
 * Knights and knaves: who is what, read from the conclusion and compared person by person. Right only when every person has
 * the right role, none has two, and nobody is added. Prose that weighs both hypotheses is no conclusion.
 */
import { z } from "zod";
import { defineEvaluator } from "../core/evaluator.ts";
import type { Answered } from "../core/evaluator.ts";
import { failedAnswer, graded, ungraded } from "../core/score-result.ts";
import { conclusions } from "./knights/conclusions.ts";
import { readRoles, type Roles } from "./knights/read-roles.ts";
import { referenceAssignment } from "./knights/reference-assignment.ts";
import { keyText } from "./text/key-text.ts";
import { visibleText } from "./text/visible-text.ts";

export const assignment = defineEvaluator({
  name: "assignment",
  summary: "The role of every person, as the conclusion gives it.",
  options: z.strictObject({}),

  score(answered) {
    const key = keyOf(answered);
    if (key.size === 0) return ungraded("data-error", "the key names nobody");
    const visible = visibleText(answered.response);
    if (visible.trim() === "") return failedAnswer("no-answer", "nothing was said outside the reasoning");
    const names = [...key.keys()];
    const read = conclusions(visible)
      .map((section) => readRoles(section, names))
      .find(({ roles }) => roles.size > 0);
    if (!read) return failedAnswer("no-answer", "no conclusion that gives a role");
    const right = names.filter((name) => read.roles.get(name) === key.get(name) && !read.contradicted.has(name));
    const prediction = [...read.roles].map(([name, role]) => `${name}: ${role}`).join(", ");
    const detail = read.contradicted.size > 0 ? `two roles for ${[...read.contradicted].join(", ")}` : undefined;
    const whole = right.length === names.length && read.strangers.length === 0;
    return graded(whole, prediction, {
      ...(detail ? { detail } : {}),
      parts: { "people right": right.length / names.length },
    });
  },

  compat({ response, truth }) {
    return graded(referenceAssignment(response, keyText(truth)), "");
  },
});

/** From the solution's sentences, or from the names and the booleans of the record. */
function keyOf({ truth, record }: Answered): Roles {
  const sentences = [
    ...keyText(truth).matchAll(/(?:\(\d+\)\s*)?([\p{L}][\p{L}\s'-]*?)\s+is\s+an?\s+(knight|knave)/giu),
  ];
  if (sentences.length > 0) {
    return new Map(
      sentences.map(([, name = "", role = ""]) => [name, role.toLowerCase() === "knight" ? "knight" : "knave"]),
    );
  }
  const { names, solution } = record;
  if (!Array.isArray(names) || !Array.isArray(solution) || names.length !== solution.length) return new Map();
  return new Map(names.map((name: unknown, index) => [keyText(name), solution[index] === true ? "knight" : "knave"]));
}
