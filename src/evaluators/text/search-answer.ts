/** Going through the places where an answer may stand, in order, until one of them can be read. */
import { lastBox } from "./boxed.ts";
import { answerSentences, finalAnswerHeading, lastAnswerMarker } from "./markers.ts";
import type { Marked } from "./markers.ts";

/** Finds one place in a text. */
export type AnswerPlace = (text: string) => Marked | undefined;

/** Where something readable stood, or the last place that held something else. */
export type FoundAnswer<Read> =
  | { readonly read: Read; readonly marked: true; readonly from: number }
  | { readonly read: undefined; readonly marked: boolean; readonly segment: string; readonly from: number };

/**
 * The first of the places that `read` can make something of. A place that has text, but nothing that can be read, ends the
 * search among what stands before it: a hedge is no answer. What stands after it may still be one.
 */
export function searchAnswer<Read>(
  text: string,
  places: readonly AnswerPlace[],
  read: (marked: Marked) => Read | undefined,
): FoundAnswer<Read> {
  let [from, segment] = [0, ""];
  for (const place of places) {
    const found = place(text);
    if (!found || found.segment === "" || found.start < from) continue;
    const answer = read(found);
    if (answer !== undefined) return { read: answer, marked: true, from: found.start };
    from = found.start + 1;
    ({ segment } = found);
  }
  return { read: undefined, marked: from > 0, segment, from };
}

export const boxPlace: AnswerPlace = (text) => {
  const box = lastBox(text);
  return box && { start: box.start, segment: box.content, end: box.end };
};

const lastSentence: AnswerPlace = (text) =>
  answerSentences(text).findLast(({ subject }) => /^answers?\b/i.test(subject));

const lastLine: AnswerPlace = (text) => {
  const trimmed = text.trimEnd();
  const start = trimmed.lastIndexOf("\n") + 1;
  return { start, segment: trimmed.slice(start).trim(), end: trimmed.length };
};

/** "Answer: …", a heading, "the answer is …", a box. */
export const answerPlaces: readonly AnswerPlace[] = [lastAnswerMarker, finalAnswerHeading, lastSentence, boxPlace];

/** The last line, for answers that can be told from prose. */
export const lastLinePlace: AnswerPlace = lastLine;
