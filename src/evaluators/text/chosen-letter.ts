/** Where in a response the chosen option stands, and which it is. */
import { answerSentences, finalAnswerHeading, lastAnswerMarker } from "./markers.ts";
import type { Marked } from "./markers.ts";
import { plainSegment } from "./plain-segment.ts";
import { readLetter } from "./read-letter.ts";
import type { LetterQuestion } from "./letter-question.ts";
import type { LetterReading } from "./read-letter.ts";
import { boxPlace, searchAnswer } from "./search-answer.ts";
import type { AnswerPlace } from "./search-answer.ts";

/** `marked`: something stood where an answer belongs, whether or not it could be read. */
export interface ChosenLetter extends LetterReading {
  readonly marked: boolean;
}

const bare = /^[\s"'“‘*`_$([{]*([A-Za-z])[\s"'”’*`_$)\]}.]*$/;

/**
 * First hit wins: the whole text is a letter; the last "answer:"; the last heading "Final answer"; the last sentence
 * "the answer is"; the last box; a first or last line that is a letter. A place that has text but no single option ends
 * the search, unless a later place names one: a hedge is no answer, and neither is what stood before it.
 */
export function chosenLetter(visible: string, question: LetterQuestion): ChosenLetter {
  const whole = visible.length <= 40 ? bareLetter(visible, question) : undefined;
  if (whole) return whole;
  let why = "names no option";
  const found = searchAnswer(visible, placesFor(question), ({ segment }) => {
    const reading = readLetter(segment, question);
    ({ why } = reading);
    return reading.letter;
  });
  if (found.read !== undefined) return { letter: found.read, why: "", marked: true };
  return lineLetter(visible, question, found.from) ?? { letter: undefined, why, marked: found.marked };
}

function placesFor(question: LetterQuestion): readonly AnswerPlace[] {
  return [lastAnswerMarker, finalAnswerHeading, (text) => lastSentence(text, question), boxPlace];
}

function bareLetter(text: string, question: LetterQuestion): ChosenLetter | undefined {
  const letter = bare.exec(text)?.[1]?.toUpperCase();
  if (letter === undefined) return undefined;
  const isOption = question.letters.includes(letter);
  return {
    letter: isOption ? letter : undefined,
    why: isOption ? "" : `${letter} is none of the options ${question.letters}`,
    marked: true,
  };
}

const affirmed =
  /^(?:(?:the|clearly|therefore|thus|definitely|most)\s+)*(?:correct|right|best|answer|true|likely|appropriate)/i;
const subjectLetter = /\b(?:option|choice|answer)\s+["'“‘(*[]*([A-Za-z])["'”’)*\]]*\s/i;

/** The last sentence that is about the answer: "option B is too small" is about B, and says nothing of the choice. */
function lastSentence(text: string, { letters }: LetterQuestion): Marked | undefined {
  for (const sentence of answerSentences(text).toReversed()) {
    const about = subjectLetter.exec(sentence.subject)?.[1]?.toUpperCase();
    if (about === undefined || !letters.includes(about)) return sentence;
    if (affirmed.test(plainSegment(sentence.segment))) return { ...sentence, segment: about };
  }
  return undefined;
}

/** The last line, or before any other sign the first, when it is nothing but a letter; a text of one line also as shown. */
function lineLetter(text: string, question: LetterQuestion, from: number): ChosenLetter | undefined {
  const lines = text.slice(from).trim().split("\n");
  const [first = "", last = first] = [lines[0], lines.at(-1)];
  if (lines.length === 1 && from === 0) return shownOption(first, question);
  return bareLetter(last, question) ?? (from === 0 ? bareLetter(first, question) : undefined);
}

const startsWithLetter = /^[\s*_`"'([]*[A-Za-z][*_]*[)\].:]/;

/** "C) a towel", or the towel alone; a longer sentence is prose. */
function shownOption(line: string, question: LetterQuestion): ChosenLetter | undefined {
  if (line.length > 400) return undefined;
  // Without letters only the words of an option are left to match.
  const letters = startsWithLetter.test(line) ? question.letters : "";
  const { letter } = readLetter(line, { ...question, letters, numbered: false });
  return letter === undefined ? undefined : { letter, why: "", marked: true };
}
