/** One number or expression, with what stands around it: a label before, a currency, a percent sign, a unit after. */
import type { Expression } from "./expression.ts";
import { parseScalar } from "./parse.ts";
import { rational } from "./rational.ts";
import { isOp, type Token } from "./token.ts";
import { readUnit, type Unit } from "./units.ts";
import { UnreadableMaths } from "./unreadable-maths.ts";
import type { Scalar } from "./value.ts";

const magnitudes: Readonly<Record<string, number>> = { hundred: 2, thousand: 3, million: 6, billion: 9, trillion: 12 };
const currencies: Readonly<Record<string, string>> = { dollar: "dollar", euro: "euro", pound: "gbp" };

export function readScalar(tokens: readonly Token[]): Scalar {
  const { rest, currency } = withoutCurrency(withoutLabel(tokens));
  const { operand, suffix } = withoutSuffix(rest);
  const percent = isOp(operand.at(-1), "%");
  const number = withoutBrackets(percent ? operand.slice(0, -1) : operand);
  const unit = readSuffix(suffix);
  const expression = parseScalar(number);
  return {
    kind: "scalar",
    expression: unit.magnitude === 0 ? expression : timesTen(expression, unit.magnitude),
    unit: currency ?? unit.unit,
    percent,
    digits: number.length > 2 && isOp(number[1], "_") && number[0]?.kind === "number" ? number[0].text : undefined,
    alternative: asMeasured(number),
  };
}

/** "Area: 5", "The answer is 5". */
function withoutLabel(tokens: readonly Token[]): readonly Token[] {
  const [first, second] = tokens;
  if (first?.kind !== "word" || !second) return tokens;
  if (isOp(second, ":")) return tokens.slice(2);
  if (/^(?:about|approximately|approx|around|roughly|exactly|usd|eur|rs|just|only)$/i.test(first.text))
    return tokens.slice(1);
  return /\b(?:is|are|equals|answer)$/i.test(first.text) ? tokens.slice(1) : tokens;
}

function withoutCurrency(tokens: readonly Token[]): { rest: readonly Token[]; currency: Unit | undefined } {
  const index = tokens.findIndex((token) => token.kind === "op" && currencies[token.text] !== undefined);
  const sign = tokens[index];
  if (!sign || (index > 1 && index < tokens.length - 1)) return { rest: tokens, currency: undefined };
  return { rest: tokens.filter((token) => token !== sign), currency: readUnit(currencies[sign.text] ?? "") };
}

/** Cuts the unit off the end: it starts with a word after an operand, and holds no sum. */
function withoutSuffix(tokens: readonly Token[]): { operand: readonly Token[]; suffix: readonly Token[] } {
  const whole = { operand: tokens, suffix: [] };
  for (const [index, token] of tokens.entries()) {
    if (index === 0 || !endsOperand(tokens[index - 1])) continue;
    const celsius = isOp(tokens[index - 1], "deg") && /^[CFK]$/.test(token.text) && index === tokens.length - 1;
    const braced = token.text === "{" && tokens[index + 1]?.kind === "word";
    if (token.kind !== "word" && !celsius && !braced) continue;
    const suffix = tokens.slice(index);
    return isUnit(suffix) ? { operand: tokens.slice(0, index), suffix } : whole;
  }
  return whole;
}

function endsOperand(token: Token | undefined): boolean {
  if (token?.kind === "op") return isOp(token, "!", "%", "deg");
  return token?.kind === "number" || token?.kind === "symbol" || token?.kind === "close";
}

function isUnit(suffix: readonly Token[]): boolean {
  return suffix.every((token, index) => {
    if (token.kind === "op" && token.text === "-")
      return isOp(suffix[index - 1], "^") || suffix[index - 1]?.text === "{";
    if (token.kind === "op") return isOp(token, "/", "^", "*", "deg", ".");
    if (token.kind === "number") return isOp(suffix[index - 1], "^") || index > 1;
    return token.kind !== "name";
  });
}

function readSuffix(suffix: readonly Token[]): { unit: Unit | undefined; magnitude: number } {
  const text = suffix
    .filter(({ text: of }) => of !== "{" && of !== "}" && of !== "deg")
    .map(({ text: of }) => of)
    .join(" ")
    .replace(/\^ - (?=\d)/g, "^ -");
  const [first = "", ...others] = text.split(" ");
  const magnitude = magnitudes[first.toLowerCase()] ?? 0;
  const named = magnitude > 0 ? others.join(" ") : text;
  return { unit: named ? readUnit(named) : undefined, magnitude };
}

/** (1011)_2 is 1011_2. */
function withoutBrackets(tokens: readonly Token[]): readonly Token[] {
  const [open, number, close, under] = tokens;
  const inBase = open?.text === "(" && number?.kind === "number" && close?.text === ")" && isOp(under, "_");
  return inBase && number ? [number, ...tokens.slice(3)] : tokens;
}

/** "5 m", "9.8 m/s^2": after a plain number and a space a unit's letter may be the unit. */
function asMeasured(tokens: readonly Token[]): Scalar | undefined {
  const index = tokens.findIndex(({ kind }) => kind === "symbol");
  const first = tokens[index];
  if (index < 1 || !first?.spaced || !tokens.slice(0, index).every(isPlainNumber)) return undefined;
  const suffix = tokens.slice(index);
  if (!/^[mgshlLNJWVAK]$/.test(first.text) || !isUnit(suffix)) return undefined;
  try {
    return {
      kind: "scalar",
      expression: parseScalar(tokens.slice(0, index)),
      unit: readSuffix(suffix).unit,
      percent: false,
    };
  } catch (error) {
    if (error instanceof UnreadableMaths) return undefined;
    throw error;
  }
}

const isPlainNumber = (token: Token): boolean => token.kind === "number" || isOp(token, "+", "-", "/");

function timesTen(expression: Expression, exponent: number): Expression {
  return { op: "multiply", left: expression, right: { op: "number", value: rational(10n ** BigInt(exponent)) } };
}
