/** The options of a multiple-choice question, read back from the prompt that showed them. */
import type { Choice } from "../core/evaluator.ts";

const optionLine = /^[ \t]*(?:\(([A-Z])\)|([A-Z])[.):])[ \t]+(\S.*)$/gm;

/** The last run of lines lettered A, B, C …, two at least; else none. */
export function shownChoices(prompt: string): Choice[] {
  let run: Choice[] = [];
  let last: Choice[] = [];
  for (const [, bracketed, plain, text = ""] of prompt.matchAll(optionLine)) {
    const letter = bracketed ?? plain ?? "";
    if (letter === "A") run = [];
    if (letter.charCodeAt(0) !== 65 + run.length) continue;
    run.push({ letter, text: text.trim() });
    if (run.length > 1) last = run;
  }
  return last;
}
