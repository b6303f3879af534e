/**
 * Whether an answer equals its key, both as LaTeX or plain text. Ours throughout: the hard part of grading is reading what
 * models write and the conventions of answers, which no algebra system settles; equality itself rests on exact fractions
 * and evaluation (docs/decisions). No evaluation of text, no clock: the limits count.
 */
import { sameLabel } from "./labels.ts";
import { limits } from "./limits.ts";
import { MathsLimit } from "./maths-limit.ts";
import { normalise } from "./normalise.ts";
import { isReduced } from "./is-reduced.ts";
import { sameValue } from "./same-value.ts";
import { readValue } from "./structure.ts";
import { splitTokens } from "./split-tokens.ts";
import { isOp, type Token } from "./token.ts";
import { tokenise, type Tokens } from "./tokens.ts";
import { UnreadableMaths } from "./unreadable-maths.ts";

export type MathsVerdict = "equal" | "different" | "unreadable" | "limit";

export interface MathsOptions {
  /** Refuse fractions not in lowest terms, as the questions that ask for them do. @default false */
  readonly requireReduced?: boolean;
}

/**
 * `equal`, `different`, `unreadable` (the given answer or the key is no answer the engine reads, and not the same text
 * either), or `limit` (deciding would take more than `limits` grants). Never throws.
 *
 * @example mathsEqual("\\frac{x^2-1}{x-1}", "x+1") // "equal"
 */
export function mathsEqual(given: string, key: string, options: MathsOptions = {}): MathsVerdict {
  if (given.length > limits.characters || key.length > limits.characters) return "limit";
  try {
    const [a, b] = [normalise(given), normalise(key)];
    if (a === "" || b === "") return "unreadable";
    if (options.requireReduced && !isReduced(a)) return "different";
    const labels = a === b ? true : sameLabel(a, b);
    if (labels !== undefined) return labels ? "equal" : "different";
    return sameText(a, b);
  } catch (error) {
    if (error instanceof MathsLimit) return "limit";
    if (error instanceof UnreadableMaths) return "unreadable";
    throw error;
  }
}

/** Under commas as digit groups first; where they might part items instead, under that reading too. */
function sameText(a: string, b: string): MathsVerdict {
  const grouped = [tokenise(a, true), tokenise(b, true)] as const;
  if (sameTokens(grouped[0].list, grouped[1].list)) return "equal";
  if (equalUnder(grouped)) return "equal";
  if (!grouped.some(({ ambiguousCommas }) => ambiguousCommas)) return "different";
  return equalUnder([tokenise(a, false), tokenise(b, false)]) ? "equal" : "different";
}

function equalUnder([a, b]: readonly [Tokens, Tokens]): boolean {
  return sameValue(readValue(aligned(a.list)), readValue(aligned(b.list)));
}

/** Alignment marks outside a matrix say nothing. */
function aligned(tokens: readonly Token[]): readonly Token[] {
  if (!tokens.some((token) => isOp(token, "&"))) return tokens;
  return splitTokens(tokens, (token) => isOp(token, "&")).parts.flat();
}

/** Token by token, braces around one token apart: what holds even for what cannot be read. */
function sameTokens(a: readonly Token[], b: readonly Token[]): boolean {
  const [left, right] = [a, b].map(spelled);
  return left === right && left !== "";
}

function spelled(tokens: readonly Token[]): string {
  const texts = tokens.filter((token, index) => {
    if (token.text === "{") return !(tokens[index + 2]?.text === "}");
    return !(token.text === "}" && tokens[index - 2]?.text === "{");
  });
  return texts.map(({ kind, text }) => `${kind}:${text}`).join(" ");
}
