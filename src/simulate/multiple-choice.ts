/** Makes a question with one right answer a question with four: the others look like it and are wrong. */
import { permutation } from "../math/random.ts";
import type { Random } from "../math/random.ts";

export const letters = "ABCD";

export interface MultipleChoice {
  readonly prompt: string;
  readonly choices: readonly string[];
  /** the letter of the right choice */
  readonly letter: string;
}

export function multipleChoice(question: string, right: string, random: Random): MultipleChoice {
  const wrong = new Set<string>();
  while (wrong.size < letters.length - 1) {
    const other = likeIt(right, random);
    if (other !== right) wrong.add(other);
  }
  const all = [right, ...wrong];
  const choices = Array.from(permutation(all.length, random), (place) => all[place]!);
  const lines = choices.map((choice, i) => `${letters[i]}. ${choice}`);
  return {
    prompt: `${question.trimEnd()}\n\n${lines.join("\n")}\nAnswer with the letter.`,
    choices,
    letter: letters[choices.indexOf(right)]!,
  };
}

/** Another answer of the same kind: a near number, another letter, one digit or two words changed. */
function likeIt(answer: string, random: Random): string {
  if (/^-?\d+(\.\d+)?$/.test(answer)) return String(Number(answer) + random.below(19) - 9);
  if (answer.length === 1) return "abcdefghijklmnopqrstuvwxyz"[random.below(26)]!;
  return /\d/.test(answer) ? otherDigit(answer, random) : swappedWords(answer, random);
}

function otherDigit(answer: string, random: Random): string {
  const places = [...answer.matchAll(/\d/g)].map(({ index }) => index);
  const place = places[random.below(places.length)]!;
  return `${answer.slice(0, place)}${1 + random.below(9)}${answer.slice(place + 1)}`;
}

function swappedWords(answer: string, random: Random): string {
  const separator = answer.includes(", ") ? ", " : " ";
  const words = answer.split(separator);
  const [a, b] = [random.below(words.length), random.below(words.length)];
  [words[a], words[b]] = [words[b]!, words[a]!];
  return words.join(separator);
}
