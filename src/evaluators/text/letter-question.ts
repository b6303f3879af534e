/** What may be chosen in a multiple-choice question, made ready for reading many answers to it. */
import type { Choice } from "../../core/evaluator.ts";
import { plainSegment } from "./plain-segment.ts";

export interface LetterQuestion {
  /** upper-case, in order: "ABCD" */
  readonly letters: string;
  readonly choices: readonly Choice[];
  /** the words of an option that no other has, folded → its letter */
  readonly letterOfText: ReadonlyMap<string, string>;
  /** of the longest of them */
  readonly longestText: number;
  /** the source numbers its options from 1, so that "2" names the second */
  readonly numbered: boolean;
}

export function letterQuestion(letters: string, choices: readonly Choice[], numbered: boolean): LetterQuestion {
  const letterOfText = new Map<string, string>();
  const twice = new Set<string>();
  for (const { letter, text } of choices) {
    const words = foldedText(plainSegment(text));
    if (letterOfText.has(words)) twice.add(words);
    letterOfText.set(words, letter);
  }
  for (const words of twice) letterOfText.delete(words);
  const longestText = Math.max(0, ...choices.map(({ text }) => text.length));
  return { letters, choices, letterOfText, longestText, numbered };
}

/** Lower case, without article, quotes around and final stop. */
export function foldedText(text: string): string {
  return text
    .toLowerCase()
    .replaceAll(/^[\s"'“‘(]+|[\s"'”’).!]+$/g, "")
    .replace(/^(?:the|an?)\s+/, "")
    .replaceAll(/\s+/g, " ");
}
