/** What follows a name: \frac's two arguments, \sqrt's degree, a function's power, base and argument. */
import type { Expression } from "./expression.ts";
import { parseArguments, parseExponent, parsePower, parsePrimary, parseSum, startsFactor } from "./parse.ts";
import { rational } from "./rational.ts";
import { expect, peek, take, type Reader } from "./reader.ts";
import { isOp } from "./token.ts";
import { UnreadableMaths } from "./unreadable-maths.ts";

const trigonometric = /^(?:arc)?(?:sin|cos|tan|cot|sec|csc)$/;
const inverses: Readonly<Record<string, string>> = { sin: "arcsin", cos: "arccos", tan: "arctan" };
const aliases: Readonly<Record<string, string>> = { asin: "arcsin", acos: "arccos", atan: "arctan" };
const of = (value: bigint): Expression => ({ op: "number", value: rational(value) });

export function parseNamed(reader: Reader, written: string): Expression {
  const name = aliases[written] ?? written;
  if (name === "frac") return parseFraction(reader);
  if (name === "sqrt" || name === "cbrt") return parseRoot(reader, name === "cbrt" ? of(3n) : undefined);
  if (name === "binom") return { op: "call", name: "binomial", args: [parseShort(reader), parseShort(reader)] };
  if (name === "max" || name === "min" || name === "gcd" || name === "lcm") {
    return { op: "call", name, args: parseArguments(reader) };
  }
  if (!/^(?:sinh|cosh|tanh|ln|log|lg|exp|abs|floor|ceil)$/.test(name) && !trigonometric.test(name)) {
    throw new UnreadableMaths(`\\${name} is no function the engine knows`);
  }
  return parseFunction(reader, name);
}

function parseFraction(reader: Reader): Expression {
  return { op: "divide", left: parseShort(reader), right: parseShort(reader) };
}

/** One TeX argument: a group, or one token, of a number its first digit alone (\frac12). */
function parseShort(reader: Reader): Expression {
  const token = peek(reader);
  if (token?.kind === "number" && /^\d{2,}$/.test(token.text)) {
    reader.tokens.splice(
      reader.at,
      1,
      { ...token, text: token.text.slice(0, 1) },
      { ...token, text: token.text.slice(1), spaced: false },
    );
  }
  return parsePrimary(reader);
}

function parseRoot(reader: Reader, given: Expression | undefined): Expression {
  let degree = given ?? of(2n);
  if (peek(reader)?.kind === "open" && peek(reader)?.text === "[") {
    take(reader);
    degree = parseSum(reader);
    expect(reader, "close", "]");
  }
  // \sqrt12 is read as people mean it, the root of 12.
  return { op: "call", name: "root", args: [parsePrimary(reader), degree] };
}

function parseFunction(reader: Reader, name: string): Expression {
  const base = isOp(peek(reader), "_") ? parseBaseOfLog(reader) : undefined;
  let power: Expression | undefined;
  if (isOp(peek(reader), "^")) {
    take(reader);
    power = parseExponent(reader);
  }
  const inverse = power && isMinusOne(power) ? inverses[name] : undefined;
  const wasAngle = reader.inAngle;
  reader.inAngle = trigonometric.test(name) && !name.startsWith("arc");
  const argument = parseArgument(reader);
  reader.inAngle = wasAngle;
  const value = applied(inverse ?? name, base, argument);
  return power && !inverse ? { op: "power", left: value, right: power } : value;
}

function parseBaseOfLog(reader: Reader): Expression {
  take(reader);
  return parseShort(reader);
}

/** `log` without a base is natural or to ten as the pair decides (`with-log-base.ts`); `lg` is to ten. */
function applied(name: string, base: Expression | undefined, argument: Expression): Expression {
  if (base) return { op: "call", name: "log", args: [base, argument] };
  if (name === "lg") return { op: "call", name: "log", args: [of(10n), argument] };
  return { op: "call", name: name === "log" ? "log?" : name, args: [argument] };
}

/** sin(x)…, or without brackets the product up to the next sum, sign or function: sin 2πx. */
function parseArgument(reader: Reader): Expression {
  const token = peek(reader);
  if (token?.kind === "open" && ["(", "[", "{"].includes(token.text)) return parsePrimary(reader);
  if (isOp(token, "-", "+")) {
    take(reader);
    const inner = parseArgument(reader);
    return token?.text === "-" ? { op: "negate", of: inner } : inner;
  }
  let product = parsePower(reader);
  while (startsFactor(reader) && !isFunction(reader)) {
    product = { op: "multiply", left: product, right: parsePower(reader) };
  }
  return product;
}

function isFunction(reader: Reader): boolean {
  const next = peek(reader);
  return next?.kind === "name" && next.text !== "frac" && next.text !== "sqrt";
}

function isMinusOne(tree: Expression): boolean {
  return tree.op === "negate" && tree.of.op === "number" && tree.of.value.n === 1n && tree.of.value.d === 1n;
}
