/** The pool's questions as lines of prompt files, one file a domain, with what a scorer needs. */
import { domains } from "./paper-skills.ts";
import { simulatedQuestions } from "./pool.ts";

export interface PromptLine {
  readonly prompt: string;
  readonly origin_query: string;
  readonly choices: readonly string[];
  /** the letter of the right choice */
  readonly ground_truth: string;
}

/** Domain → its lines, in the order of their index. */
export function simulatedPrompts(perDomain: number, seed: number): Map<string, PromptLine[]> {
  const lines = new Map<string, PromptLine[]>(domains.map(({ id }) => [id, []]));
  for (const { domain, prompt, bareQuestion, choices, answer } of simulatedQuestions(perDomain, seed))
    lines.get(domain)?.push({ prompt, origin_query: bareQuestion, choices, ground_truth: answer });
  return lines;
}
