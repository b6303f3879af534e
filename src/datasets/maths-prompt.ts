/** The prompt of a question whose answer is one mathematical expression. */
import type { Item } from "../core/item.ts";

export function mathsPrompt({ query }: Item, kind = "mathematics problem"): string {
  return [
    `Here is a ${kind}. Work through it step by step. The last line must be the final answer alone, inside \\boxed{}.`,
    query,
    "Remember: the last line holds \\boxed{ANSWER} and nothing else.",
  ].join("\n\n");
}
