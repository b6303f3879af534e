/** The one number a short answer prints, with what its print says: sign, decimals, percent sign, magnitude in words. */
import { multiply, power, rational, rationalFromText, type Rational } from "../maths/rational.ts";

export interface PrintedNumber {
  /** as printed, without percent sign or magnitude */
  readonly value: Rational;
  /** digits after the point */
  readonly decimals: number;
  /** digits from the first that is not 0 */
  readonly significant: number;
  readonly percent: boolean;
  /** 10 to the power of the spelled magnitude: million = 6; 0 without one */
  readonly magnitude: number;
}

const magnitudes: Readonly<Record<string, number>> = {
  hundred: 2,
  thousand: 3,
  k: 3,
  million: 6,
  mn: 6,
  mm: 6,
  m: 6,
  billion: 9,
  bn: 9,
  b: 9,
  trillion: 12,
  tn: 12,
};

const number =
  /(?<![\w.])([-+−–]?)\s*(?:[$€£¥]|usd|eur)?\s*([-+−–]?)\s*(\d{1,3}(?:,\d{3})+(?![\d])|\d+)?(\.\d+)?(?![\w.]*\d)\s*([%％]|percent\b|per cent\b)?\s*(hundred|thousand|million|billion|trillion|mn\b|bn\b|tn\b|[kmb]\b)?/gi;

/** Undefined where the text prints no number, or several. */
export function printedNumber(text: string): PrintedNumber | undefined {
  const found = [...plainText(text).matchAll(number)].filter(({ 3: whole, 4: decimals }) => whole ?? decimals);
  const [only] = found;
  if (!only || found.length > 1 || (plainText(text).match(/\d+/g)?.join("") ?? "") !== digitsOf(only[0]))
    return undefined;
  const [, sign = "", second = "", whole = "0", decimals = "", percent, magnitude = ""] = only;
  const digits = `${whole.replaceAll(",", "")}${decimals}`;
  if (digits.length > 100) return undefined;
  const negative = /[-−–]/.test(sign + second);
  const value = rationalFromText(digits);
  return {
    value: negative ? { n: -value.n, d: value.d } : value,
    decimals: Math.max(0, decimals.length - 1),
    significant: digits.replace(".", "").replace(/^0+/, "").length,
    percent: percent !== undefined,
    magnitude: magnitudes[magnitude.toLowerCase()] ?? 0,
  };
}

/** value · 10^exponent */
export function shifted(value: Rational, exponent: number): Rational {
  return multiply(value, power(rational(10n), BigInt(exponent)) ?? rational(1n));
}

const digitsOf = (text: string): string => text.match(/\d+/g)?.join("") ?? "";

function plainText(text: string): string {
  return text
    .replaceAll(/\\(?:text|mathrm|textbf|mathbf|mbox)\s*\{([^{}]*)\}/g, " $1 ")
    .replaceAll(/(?<=\d)(?:\{,\}|,?\\[,!;: ]|,\\!)(?=\d{3}(?!\d))/g, ",")
    .replaceAll(/\\([%$])/g, "$1")
    .replaceAll(/\\[,;:! ]|\\[()[\]]|~/g, " ")
    .replaceAll(/[*_`{}]|(?<=\s|^)\$(?=\s*[-+]?\$)|\$(?!\s*[-+\d.])/g, " ");
}
