/**
 * Where a response says that its answer comes: "Answer: …", a heading "Final answer", "the answer is …". What stands
 * there is for the families to read. Positions are searched for from the end: the last one counts, models correct
 * themselves.
 */

export interface Marked {
  /** where the marker begins */
  readonly start: number;
  /** the rest of its line, or the next line that is not empty; trimmed, may be "" */
  readonly segment: string;
  /** where the segment ends */
  readonly end: number;
}

const decoration = String.raw`[\s*_\`"'”’]*`;
/** Sticky at the n of "answer": the word in any case, perhaps "is", the colon, all with markdown between. */
const colonAfter = new RegExp(
  String.raw`nswers?(?:\s+(?:choice|option|letter))?(?:\s*\([^)\n]{0,30}\))?(?:\s+is)?${decoration}[:\uFF1A]`,
  "iy",
);
const tagAfter = /nswer\s*>/iy;

/** The last "answer:", "**Answer**:", "answer is:", `"answer": "…"` or `<answer>`. */
export function lastAnswerMarker(text: string): Marked | undefined {
  return lastPlace(text, markerAt);
}

function markerAt(text: string, at: number): Marked | undefined {
  const first = text[at - 1];
  if (first !== "a" && first !== "A") return undefined;
  const before = text[at - 2];
  if (before !== undefined && /[a-z]/i.test(before)) return undefined;
  const end = matchEnd(before === "<" ? tagAfter : colonAfter, text, at);
  return end < 0 ? undefined : markedFrom(text, at - 1, end);
}

const headingLine = /^[\s*_#>`"'-]*(?:the\s+)?(?:final\s+|correct\s+)?answer[\s*_`"'.。-]*$/i;

/** The last line that is nothing but "Final answer" or "Answer", with the next line that is not empty. */
export function finalAnswerHeading(text: string): Marked | undefined {
  return lastPlace(text, (_, at) => {
    const start = text.lastIndexOf("\n", at) + 1;
    const lineEnd = endOfLine(text, at);
    const isHeading = lineEnd < text.length && headingLine.test(text.slice(start, lineEnd));
    return isHeading ? markedFrom(text, start, lineEnd) : undefined;
  });
}

const sentence =
  /\b(?:answers?|option|choice)\b(?:[^\S\n]+[^\s.:;!?]+){0,8}?[^\S\n]+(?:is|was|be)\b[^\S\n]*[:\uFF1A]?/gi;

export interface Sentence extends Marked {
  /** from the noun to the verb: "option C is" */
  readonly subject: string;
}

/** All "the answer is …", "the best option would be …", first to last, each with the rest of its line. */
export function answerSentences(text: string): Sentence[] {
  return [...text.matchAll(sentence)].map(({ 0: match, index }) => ({
    ...markedFrom(text, index, index + match.length),
    subject: match,
  }));
}

/** What `read` makes of the last "nswer" or "NSWER" that it can read. */
function lastPlace(text: string, read: (text: string, at: number) => Marked | undefined): Marked | undefined {
  const low = lastSpelled(text, "nswer", 0, read);
  // Capitals only count when they come later: a search of the whole text would cost more than all the rest.
  return lastSpelled(text, "NSWER", low?.start ?? 0, read) ?? low;
}

function lastSpelled(
  text: string,
  word: string,
  from: number,
  read: (text: string, at: number) => Marked | undefined,
): Marked | undefined {
  if (!text.includes(word, from)) return undefined;
  for (let at = text.lastIndexOf(word); at >= from; at = at > 0 ? text.lastIndexOf(word, at - 1) : -1) {
    const found = read(text, at);
    if (found) return found;
  }
  return undefined;
}

function matchEnd(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : -1;
}

/** Blanks, quotes and emphasis without a word in it. */
const nothing = /^[\s*_`"'”’]*$/;

function markedFrom(text: string, start: number, from: number): Marked {
  let begin = from;
  let end = endOfLine(text, from);
  while (end < text.length && nothing.test(text.slice(begin, end))) {
    begin = end + 1;
    end = endOfLine(text, begin);
  }
  return { start, segment: text.slice(begin, end).trim(), end };
}

function endOfLine(text: string, from: number): number {
  const end = text.indexOf("\n", from);
  return end < 0 ? text.length : end;
}
