/** What a run in the sandbox says of an answer, where it says the same for all families of code. */
import type { ScoreResult } from "../../core/evaluator.ts";
import type { SandboxReply } from "../../core/sandbox.ts";
import { failedAnswer, ungraded } from "../../core/score-result.ts";

/** Undefined where the program ran to an end of its own, of which the family knows the meaning. */
export function sandboxVerdict({ outcome, detail }: SandboxReply): ScoreResult | undefined {
  switch (outcome) {
    case "failed":
      return ungraded("sandbox-error", detail);
    case "unsupported":
      return ungraded("unsupported", detail);
    case "timeout":
    case "memory":
    case "output":
    case "killed":
      return failedAnswer("limit", detail);
    default:
      return undefined;
  }
}

/** The candidate that the harness chose; undefined when it found none to run. */
export function chosenCandidate(
  { stderr }: SandboxReply,
  token: string,
  candidates: readonly string[],
): string | undefined {
  const line = stderr.split("\n").find((candidate) => candidate.startsWith(`${token} `));
  return line === undefined ? undefined : candidates[Number(line.slice(token.length + 1))];
}

/** A word that no program can guess: the harness says it when the last assertion has passed. */
export function secretToken(): string {
  return `done-${crypto.randomUUID()}`;
}
