/**
 * Where a response gives its mathematical answer. First hit wins: the last box that holds something; the last "answer:";
 * a heading "Final answer"; the last "the answer is …"; the last line, when it is nothing but a number. Never the last
 * number anywhere: half-finished reasoning is full of numbers.
 */
import { lastBox } from "./boxed.ts";
import { answerSentences, finalAnswerHeading, lastAnswerMarker } from "./markers.ts";

export interface MathsAnswer {
  readonly text: string;
  /** false: nothing said that an answer comes here, the line just was one */
  readonly marked: boolean;
}

export function mathsAnswer(visible: string): MathsAnswer | undefined {
  const box = lastBox(visible);
  if (box) return { text: box.content, marked: true };
  const marked = lastAnswerMarker(visible) ?? finalAnswerHeading(visible) ?? answerSentences(visible).at(-1);
  const segment = marked && answerOf(marked.segment, visible.slice(marked.end));
  if (segment) return { text: segment, marked: true };
  const line = lastLine(visible);
  return bareNumber.test(line) ? { text: undecorated(line), marked: false } : undefined;
}

/** A number, a fraction of two, or either in dollars or bold; a currency or percent sign may stand with it. */
const bareNumber =
  /^[\s*_$`(\\[]*[+-−]?\s*\\?[$€£]?(?:\d[\d,]*(?:\.\d+)?(?:\s*\/\s*\d+)?|\.\d+|\\[dt]?frac\{-?\d+\}\{\d+\})\s*\\?%?[\s*_$`)\\\].]*$/;

function lastLine(text: string): string {
  const end = text.trimEnd();
  return end.slice(end.lastIndexOf("\n") + 1);
}

/** The words that begin a comment on the answer, not the answer. */
const comment =
  /\s+[([]?\s*(?:since|because|as|which|where|so|thus|hence|obtained|by|from|after|when)\b|[,;]\s+(?:since|because|as|which|where|so|thus|hence|i\.e)\b|\.\s+(?=[A-Z])/;

/** The answer in the segment after a marker: the maths in it when it is set off as such, else the text to its comment. */
function answerOf(segment: string, following: string): string {
  const opening = /^[\s*_>]*(\$\$|\\\[)\s*$/.exec(segment)?.[1];
  if (opening) return undecorated(following.trimStart().split(opening === "$$" ? "$$" : "\\]")[0] ?? "");
  const [, whole, inline] = /^[\s*_`>]*(?:\$\$?([^$]+)\$\$?|\\[([](.+?)\\[)\]])/.exec(segment) ?? [];
  const maths = whole ?? inline;
  if (maths === undefined) return undecorated(segment.split(comment)[0] ?? "");
  const rest = segment.slice(segment.indexOf(maths) + maths.length).replace(/^\$\$?|^\\[)\]]/, "");
  return undecorated(/^\s*(?:and|or|,|\\?%|±)/.test(rest) ? (segment.split(comment)[0] ?? "") : maths);
}

/** Without markdown, and without the sentence's full stop. */
function undecorated(text: string): string {
  return text
    .replaceAll(/\*\*|(?<![\w\\])_+|_+(?![\w{\\])|`/g, "")
    .replace(/^[\s>*]+/, "")
    .replace(/[\s*]*[.。!]?[\s*]*$/, "")
    .trim();
}
