/** The prompt of a multiple-choice question, shared by the sets that ask for nothing special. */
import type { Item } from "../core/item.ts";

/** `question`: what kind of question, e.g. "multiple-choice question on biology". */
export function choicePrompt({ query, choices = [] }: Item, question = "multiple-choice question"): string {
  const letters = choices.map(({ letter }) => letter).join("");
  return [
    `Here is a ${question}. Work through it step by step, then give your choice on the last line, in the form "Answer: X", where X is one of the letters ${letters}.`,
    query,
    choices.map(({ letter, text }) => `${letter}. ${text}`).join("\n"),
  ].join("\n\n");
}
