/** Which option a short piece of text names: "C", "(c).", "\boxed{\text{C}}", "C) because …", the option's own words. */
import { lastBox } from "./boxed.ts";
import { foldedText } from "./letter-question.ts";
import type { LetterQuestion } from "./letter-question.ts";
import { plainSegment } from "./plain-segment.ts";
import { withoutRejected } from "./without-rejected.ts";

/** `letter` undefined: none, or two at once; `why` says which. */
export interface LetterReading {
  readonly letter: string | undefined;
  readonly why: string;
}

const none: LetterReading = { letter: undefined, why: "names no option" };

/** Reads the piece after a marker. The order of the readings is that of how plainly each names one option. */
export function readLetter(segment: string, question: LetterQuestion): LetterReading {
  const box = lastBox(segment);
  const boxed = box && readPlain(plainSegment(box.content), question);
  if (boxed?.letter !== undefined) return boxed;
  return readPlain(plainSegment(segment), question);
}

function readPlain(plain: string, question: LetterQuestion): LetterReading {
  if (plain === "") return none;
  return (
    // A letter alone is a letter, even where an option reads "C".
    (plain.length > 3 ? byText(plain, question) : undefined) ??
    leading(plain, question) ??
    byNumber(plain, question) ??
    inProse(withoutRejected(plain), question) ??
    none
  );
}

const noun = String.raw`(?:(?:the|my)\s+)?(?:correct\s+|best\s+|final\s+)?(?:option|choice|letter|answer)(?:\s+is)?\s*:?\s*`;
const opens = String.raw`[\s"'“‘(\[{<]*`;
/** What may follow the letter: the end, a closing bracket or quote, a stop that begins no abbreviation, a dash, a reason. */
const follows = String.raw`(?=\s*$|["'”’)\]}>]|[.:,;](?![A-Za-z]\.)(?!\d)|\s*[—–]|\s+-+\s|\s*\(|\s*=>|\s+(?:because|since|due to|is\s+(?:the\s+)?(?:correct|right|best|most|answer|only|true))\b)`;
const leadingLetter = new RegExp(`^${opens}(?:${noun})?${opens}([A-Za-z])${follows}`, "i");
const secondOffer = /^["'”’)\]}>]*\s*(or|and|&|\/|,)\s*(?:(?:option|choice)\s+)?["'“‘([{]*([A-Za-z])(?![\w'’]|\s+\w)/i;

function leading(plain: string, question: LetterQuestion): LetterReading | undefined {
  if (plain.length === 1) return single(plain.toUpperCase(), question);
  const match = leadingLetter.exec(plain);
  if (!match?.[1]) return leadingWithText(plain, question);
  const letter = match[1].toUpperCase();
  const reading = single(letter, question);
  if (reading?.letter === undefined || match[0].length === plain.length) return reading;
  const other = secondOffer.exec(withoutRejected(plain.slice(match[0].length)))?.[2]?.toUpperCase();
  if (other !== undefined && other !== letter && question.letters.includes(other)) return hedge(letter, other);
  return reading;
}

function single(letter: string, { letters }: LetterQuestion): LetterReading | undefined {
  if (letters.includes(letter)) return { letter, why: "" };
  return /[A-Z]/.test(letter) ? { letter: undefined, why: `${letter} is none of the options ${letters}` } : undefined;
}

/** "C a towel": the letter and its own text, with nothing between. */
function leadingWithText(plain: string, question: LetterQuestion): LetterReading | undefined {
  if (plain[1] !== " ") return undefined;
  const first = plain.slice(0, 1).toUpperCase();
  return byText(plain.slice(2), question)?.letter === first ? { letter: first, why: "" } : undefined;
}

/** The words of exactly one option, whatever their case, article and final stop. */
function byText(plain: string, { letterOfText, longestText }: LetterQuestion): LetterReading | undefined {
  // Quotes, brackets and an article may stand around the words.
  if (plain.length > longestText + 12) return undefined;
  const letter = letterOfText.get(foldedText(plain));
  return letter === undefined ? undefined : { letter, why: "" };
}

const numberChoice =
  /^[\s"'“‘([{]*(?:(?:the\s+)?(?:option|choice|number|answer)\s*)?[([]?(\d{1,2})(?=\s*$|[)\]}.:,](?!\d))/i;

function byNumber(plain: string, { letters, numbered }: LetterQuestion): LetterReading | undefined {
  const number = numbered ? numberChoice.exec(plain)?.[1] : undefined;
  const letter = number === undefined ? undefined : letters[Number(number) - 1];
  return letter === undefined ? undefined : { letter, why: "" };
}

const named =
  /\b(?:[Oo]ption|[Cc]hoice|[Ll]etter|[Aa]nswer)(?:\s+is)?\s*["'“‘([]*(?:([A-Z])(?![\w'’-])|([a-z])(?=["'”’)\].,;:!]|\s*$))/g;
const inBrackets = /[([{]\s*([A-Za-z])\s*[)\]}]/g;
const alone = /(?<![\w'’\\=+*/^-])([A-Z])(?![\w'’=+^]|-\w|\s*=)/g;
const atEnd = /^[\s"'”’)\]}.!,;:]*$/;

interface Hit {
  readonly letter: string;
  readonly at: number;
}

/** The last option named in a sentence: after its noun or in brackets before any capital that stands alone. */
function inProse(text: string, question: LetterQuestion): LetterReading | undefined {
  const nouned = lastHit(text, named, question);
  const bracketed = lastHit(text, inBrackets, question);
  const hit = later(nouned, bracketed ?? lastHit(text, alone, question, isNoWord));
  if (!hit) return undefined;
  const before = offerBefore.exec(text.slice(0, hit.at))?.[1]?.toUpperCase();
  if (before !== undefined && before !== hit.letter && question.letters.includes(before)) {
    return hedge(before, hit.letter);
  }
  return { letter: hit.letter, why: "" };
}

const offerBefore = /(?<![\w'’-])([A-Z])["'”’)\]}?]*\s*(?:or|and|&|\/)\s*(?:(?:[Oo]ption|[Cc]hoice)\s+)?["'“‘([{]*$/;

/** A and I are English words: as choices they stand at the very end. */
function isNoWord(letter: string, rest: string): boolean {
  return (letter !== "A" && letter !== "I") || atEnd.test(rest);
}

function lastHit(
  text: string,
  pattern: RegExp,
  { letters }: LetterQuestion,
  accept: (letter: string, rest: string) => boolean = () => true,
): Hit | undefined {
  const hits = [...text.matchAll(pattern)].flatMap((match) => {
    const found = match[1] ?? match[2] ?? "";
    const at = match.index + match[0].lastIndexOf(found);
    const isChoice = letters.includes(found.toUpperCase()) && accept(found, text.slice(at + 1));
    return isChoice ? [{ letter: found.toUpperCase(), at }] : [];
  });
  return hits.at(-1);
}

function later(a: Hit | undefined, b: Hit | undefined): Hit | undefined {
  return a && b ? (a.at >= b.at ? a : b) : (a ?? b);
}

function hedge(first: string, second: string): LetterReading {
  return { letter: undefined, why: `offers ${first} and ${second}` };
}
