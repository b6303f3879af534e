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
  String.raw`nswers?(?:\s+(?:choice|option|letter))?(?:\s*\([^)\n]{0,30}\))?(?:\s+is)?${decoration}[::]`,
  "iy",
);
const tagAfter = /nswer\s*>/iy;

/** The last "answer:", "**Answer**:", "answer is:", `"answer": "…"` or `<answer>`. */
export function lastAnswerMarker(text: string): Marked | undefined {
  for (const at of placesOf(text, "nswer")) {
    if (!/a/i.test(text[at - 1] ?? "") || /[a-z]/i.test(text[at - 2] ?? "")) continue;
    const opensTag = text[at - 2] === "<";
    const end = matchEnd(opensTag ? tagAfter : colonAfter, text, at);
    if (end >= 0) return markedFrom(text, at - 1, end);
  }
  return undefined;
}

const headingLine = /^[\s*_#>`"'-]*(?:the\s+)?(?:final\s+|correct\s+)?answer[\s*_`"'.。-]*$/i;

/** The last line that is nothing but "Final answer" or "Answer", with the next line that is not empty. */
export function finalAnswerHeading(text: string): Marked | undefined {
  for (const at of placesOf(text, "nswer")) {
    const start = text.lastIndexOf("\n", at) + 1;
    const lineEnd = endOfLine(text, at);
    if (lineEnd < text.length && headingLine.test(text.slice(start, lineEnd))) return markedFrom(text, start, lineEnd);
  }
  return undefined;
}

const sentence = /\b(?:answers?|option|choice)\b(?:[^\S\n]+[^\s.:;!?]+){0,8}?[^\S\n]+(?:is|was|be)\b[^\S\n]*[::]?/gi;

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

/** Positions of `word` in lower or upper case, last to first. */
function* placesOf(text: string, word: string): Generator<number> {
  const upper = word.toUpperCase();
  let low = text.lastIndexOf(word);
  let high = text.lastIndexOf(upper);
  while (low >= 0 || high >= 0) {
    const at = Math.max(low, high);
    yield at;
    if (at === low) low = at === 0 ? -1 : text.lastIndexOf(word, at - 1);
    else high = at === 0 ? -1 : text.lastIndexOf(upper, at - 1);
  }
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
