/** Plain sums of puzzles: digits, + − × ÷ and brackets, and nothing that a parser of more would let through. */
import { exactValue } from "./evaluate.ts";
import { MathsLimit } from "./maths-limit.ts";
import { parseScalar } from "./parse.ts";
import type { Rational } from "./rational.ts";
import { tokenise } from "./tokens.ts";
import { UnreadableMaths } from "./unreadable-maths.ts";

/** The exact value; undefined where the text is no such sum or divides by 0. */
export function arithmetic(text: string): Rational | undefined {
  const plain = arithmeticSigns(text).replaceAll(/\s+/g, "");
  if (!/^[\d+\-*/().]{1,400}$/.test(plain) || /\d\(|\)[\d(]/.test(plain)) return undefined;
  try {
    return exactValue(parseScalar(tokenise(plain, false).list));
  } catch (error) {
    if (error instanceof MathsLimit || error instanceof UnreadableMaths) return undefined;
    throw error;
  }
}

/** The four operators in one spelling each. */
export function arithmeticSigns(text: string): string {
  return text
    .replaceAll(/\\times|\\cdot|[×·⋅∗]/g, "*")
    .replaceAll(/\\div|[÷∕]/g, "/")
    .replaceAll(/[−–]/g, "-")
    .replaceAll(/\\left|\\right/g, "");
}
