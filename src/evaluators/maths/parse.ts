/**
 * Reads the tokens of one scalar: recursive descent, in this order of binding:
 *   sum → term (*, /, juxtaposition) → sign → power → postfix (!, °, %, subscript) → primary
 */
import type { Expression } from "./expression.ts";
import { parseNamed } from "./parse-named.ts";
import { rational, rationalFromText } from "./rational.ts";
import { deeper, expect, newReader, peek, take, type Reader } from "./reader.ts";
import { isOp, type Token } from "./token.ts";
import { UnreadableMaths } from "./unreadable-maths.ts";

/** The expression all the tokens make; throws UnreadableMaths where they make none. */
export function parseScalar(tokens: readonly Token[]): Expression {
  const reader = newReader(tokens);
  const tree = parseInner(reader);
  if (peek(reader)) throw new UnreadableMaths(`left over: ${peek(reader)?.text}`);
  return tree;
}

export function parseSum(reader: Reader): Expression {
  return deeper(reader, () => {
    let left = parseTerm(reader);
    while (isOp(peek(reader), "+", "-")) {
      const negative = take(reader).text === "-";
      const right = parseTerm(reader);
      left = { op: "add", left, right: negative ? { op: "negate", of: right } : right };
    }
    return left;
  });
}

function parseTerm(reader: Reader): Expression {
  let left = parseSigned(reader);
  for (;;) {
    const next = peek(reader);
    if (isOp(next, "*", "/", ":")) {
      take(reader);
      left = { op: next?.text === "*" ? "multiply" : "divide", left, right: parseSigned(reader) };
    } else if (isOp(next, "mod")) left = parseRemainder(reader, left);
    else if (startsFactor(reader)) left = { op: "multiply", left, right: parsePower(reader) };
    else return left;
  }
}

/** "17 mod 5" keeps its modulus as an opaque function: equal only to the same written so. */
function parseRemainder(reader: Reader, left: Expression): Expression {
  take(reader);
  return { op: "call", name: "opaque mod", args: [left, parseSigned(reader)] };
}

/** Whether what comes next multiplies what came before, without a sign. Two bare numbers in a row do not. */
export function startsFactor(reader: Reader): boolean {
  const next = peek(reader);
  if (!next) return false;
  if (next.kind === "number") return peek(reader, -1)?.kind !== "number";
  if (isOp(next, "|", "||")) return reader.bars === 0;
  return (
    next.kind === "symbol" || next.kind === "word" || next.kind === "name" || (next.kind === "open" && isGroup(next))
  );
}

const isGroup = (token: Token): boolean => ["(", "[", "{", "floor", "ceil"].includes(token.text);

function parseSigned(reader: Reader): Expression {
  if (!isOp(peek(reader), "+", "-")) return parsePower(reader);
  return deeper(reader, () => {
    const negative = take(reader).text === "-";
    const of = parseSigned(reader);
    return negative ? { op: "negate", of } : of;
  });
}

export function parsePower(reader: Reader): Expression {
  const base = parsePostfix(reader, parsePrimary(reader));
  if (!isOp(peek(reader), "^")) return base;
  take(reader);
  const power: Expression = { op: "power", left: base, right: deeper(reader, () => parseExponent(reader)) };
  return parsePostfix(reader, power);
}

/** A group, or one signed factor: 2^-3, and x^10 as people write it, though TeX would raise the 1 alone. */
export function parseExponent(reader: Reader): Expression {
  if (isOp(peek(reader), "+", "-")) {
    const negative = take(reader).text === "-";
    const of = parseExponent(reader);
    return negative ? { op: "negate", of } : of;
  }
  const base = parsePrimary(reader);
  if (!isOp(peek(reader), "^")) return base;
  take(reader);
  return { op: "power", left: base, right: deeper(reader, () => parseExponent(reader)) };
}

function parsePostfix(reader: Reader, primary: Expression): Expression {
  let tree = primary;
  for (;;) {
    const next = peek(reader);
    if (isOp(next, "!")) tree = call("factorial", tree);
    else if (isOp(next, "deg")) tree = call(reader.inAngle ? "radians" : "degree", tree);
    else if (isOp(next, "%")) tree = { op: "divide", left: tree, right: { op: "number", value: rational(100n) } };
    else return tree;
    take(reader);
  }
}

export function parsePrimary(reader: Reader): Expression {
  const token = take(reader);
  if (token.kind === "number") return parseNumber(reader, token);
  if (token.kind === "symbol" || (token.kind === "word" && token.text.length === 1)) return parseSymbol(reader, token);
  if (token.kind === "word")
    return { op: "symbol", name: token.text.length > 1 ? `word ${token.text.toLowerCase()}` : token.text };
  if (token.kind === "name") return deeper(reader, () => parseNamed(reader, token.text));
  if (token.kind === "open" && isGroup(token)) return parseGroup(reader, token.text);
  if (isOp(token, "|", "||")) return parseBars(reader, token.text);
  throw new UnreadableMaths(`unexpected ${token.text}`);
}

const closing: Readonly<Record<string, string>> = { "(": ")", "[": "]", "{": "}", floor: "floor", ceil: "ceil" };

function parseGroup(reader: Reader, open: string): Expression {
  const { bars } = reader;
  reader.bars = 0;
  const inner = parseInner(reader);
  reader.bars = bars;
  expect(reader, "close", closing[open] ?? open);
  return open === "floor" || open === "ceil" ? call(open, inner) : inner;
}

/** {a \over b} and {n \choose k} take all before and after them. */
function parseInner(reader: Reader): Expression {
  const left = parseSum(reader);
  if (isOp(peek(reader), "over")) {
    take(reader);
    return { op: "divide", left, right: parseSum(reader) };
  }
  if (!isOp(peek(reader), "choose")) return left;
  take(reader);
  return call("binomial", left, parseSum(reader));
}

function parseBars(reader: Reader, bar: string): Expression {
  reader.bars++;
  const inner = parseSum(reader);
  reader.bars--;
  expect(reader, "op", bar);
  return call("abs", inner);
}

const fractionAhead = /^frac (?:\{ \d+ \} (?:\{ \d+ \}|\d+)|\d \{ \d+ \}|\d \d|\d\d)(?: |$)/;

/** A number, with the proper fraction that makes it a mixed one: 7\frac{3}{4}, 7 3/4. */
function parseNumber(reader: Reader, token: Token): Expression {
  const whole = literal(token.text);
  if (isOp(peek(reader), "_")) return parseBase(reader, token);
  if (!/^\d+$/.test(token.text)) return whole;
  const ahead = reader.tokens.slice(reader.at, reader.at + 8);
  const part = fractionAhead.test(ahead.map(({ text }) => text).join(" "))
    ? parsePrimary(reader)
    : spacedFraction(reader);
  if (!part) return whole;
  return { op: isProper(part) ? "add" : "multiply", left: whole, right: part };
}

/** The 3/4 of "7 3/4". */
function spacedFraction(reader: Reader): Expression | undefined {
  const [n, slash, d] = [peek(reader), peek(reader, 1), peek(reader, 2)];
  if (!n?.spaced || n.kind !== "number" || !isOp(slash, "/") || d?.kind !== "number") return undefined;
  reader.at += 3;
  return { op: "divide", left: literal(n.text), right: literal(d.text) };
}

function isProper(part: Expression): boolean {
  if (part.op !== "divide" || part.left.op !== "number" || part.right.op !== "number") return false;
  return part.left.value.n < part.right.value.n;
}

/** 1011_2: digits and base; their value, with the base as a marker that a bare number lacks. */
function parseBase(reader: Reader, token: Token): Expression {
  take(reader);
  const subscript = parseExponent(reader);
  const base = baseOf(subscript);
  const digits = token.text.split("").map(Number);
  if (!(base >= 2 && base <= 36) || digits.some((digit) => !(digit < base))) throw new UnreadableMaths("no such base");
  const value = digits.reduce((sum, digit) => sum * BigInt(base) + BigInt(digit), 0n);
  return { op: "number", value: rational(value) };
}

const spelledBases = ["two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"];

/** The 8 of 52_8 and of 52_{\text{eight}}. */
function baseOf(subscript: Expression): number {
  const spelled = subscript.op === "symbol" ? spelledBases.indexOf(subscript.name.replace("word ", "")) : -1;
  if (spelled >= 0) return spelled + 2;
  return subscript.op === "number" && subscript.value.d === 1n ? Number(subscript.value.n) : NaN;
}

const constants: Readonly<Record<string, "pi" | "e" | "i" | "infinity">> = {
  pi: "pi",
  e: "e",
  i: "i",
  infinity: "infinity",
};

function parseSymbol(reader: Reader, token: Token): Expression {
  const subscript = isOp(peek(reader), "_") ? readSubscript(reader) : "";
  const constant = subscript === "" ? constants[token.text] : undefined;
  if (constant) return { op: "constant", name: constant };
  if (/^[fgFG]'*$/.test(token.text) && peek(reader)?.text === "(" && !peek(reader)?.spaced) {
    const args = parseArguments(reader);
    return { op: "call", name: `opaque ${token.text}${subscript}`, args };
  }
  return { op: "symbol", name: token.text + subscript };
}

/** x_1, x_{10}, a_{n+1}: part of the name. */
function readSubscript(reader: Reader): string {
  take(reader);
  const first = take(reader);
  if (first.text !== "{") return `_${first.text}`;
  let name = "";
  for (let depth = 1; depth > 0;) {
    const token = take(reader);
    depth += token.text === "{" ? 1 : token.text === "}" ? -1 : 0;
    if (depth > 0) name += token.text;
  }
  return `_${name}`;
}

/** (a, b, …) or {a, b, …} after a function's name. */
export function parseArguments(reader: Reader): Expression[] {
  const open = take(reader);
  const close = { "(": ")", set: "set", "{": "}" }[open.kind === "open" ? open.text : ""];
  if (close === undefined) throw new UnreadableMaths("a function without its arguments");
  const { bars } = reader;
  reader.bars = 0;
  const args = [parseSum(reader)];
  while (isOp(peek(reader), ",")) {
    take(reader);
    args.push(parseSum(reader));
  }
  expect(reader, "close", close);
  reader.bars = bars;
  return args;
}

const literal = (text: string): Expression => ({ op: "number", value: rationalFromText(text) });

const call = (name: string, ...args: readonly Expression[]): Expression => ({ op: "call", name, args });
