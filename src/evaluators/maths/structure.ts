/**
 * Reads the shape of an answer before any arithmetic. Outermost first:
 *   list (, ; and or) → relation and membership → union and difference → brackets → scalar
 */
import { limits } from "./limits.ts";
import { MathsLimit } from "./maths-limit.ts";
import { readScalar } from "./read-scalar.ts";
import { isEnclosed, splitTokens } from "./split-tokens.ts";
import { isOp, type Token } from "./token.ts";
import { UnreadableMaths } from "./unreadable-maths.ts";
import type { List, Value } from "./value.ts";

const relations = ["=", "approx", "equiv", "!=", "<", "<=", ">", ">=", "notin"];

export function readValue(tokens: readonly Token[], depth = 0): Value {
  if (depth > limits.depth) throw new MathsLimit("nested too deep");
  const bare = withoutDomain(trimmed(tokens));
  if (bare.length === 0) throw new UnreadableMaths("nothing to read");
  return (
    readImplication(bare, depth) ??
    readChoice(bare, depth) ??
    readList(bare, depth) ??
    readRelation(bare, depth) ??
    readPlusMinus(bare, depth) ??
    readOperation(bare, depth) ??
    readBracketed(bare, depth) ??
    readRatio(bare, depth) ??
    readScalar(bare)
  );
}

/** Without outer braces and punctuation. */
function trimmed(tokens: readonly Token[]): readonly Token[] {
  let [start, end] = [0, tokens.length];
  while (end > start && isOp(tokens[end - 1], ".", ",", ";", ":", "\\\\", "&")) end--;
  while (start < end && isOp(tokens[start], ".", ",", ";", ":", "\\\\", "&")) start++;
  const cut = tokens.slice(start, end);
  return cut[0]?.text === "{" && isEnclosed(cut) ? trimmed(cut.slice(1, -1)) : cut;
}

/** "2kπ (k ∈ Z)": what k may be goes without saying. */
function withoutDomain(tokens: readonly Token[]): readonly Token[] {
  const open = tokens.findLastIndex((token) => token.kind === "open" && token.text === "(");
  const aside = tokens.slice(open);
  if (open < 1 || !isEnclosed(aside) || !isOp(aside[2], "in")) return tokens;
  return tokens.slice(0, open);
}

/** Of a derivation the last step is the answer. */
function readImplication(tokens: readonly Token[], depth: number): Value | undefined {
  const { parts } = splitTokens(tokens, (token) => isOp(token, "implies"));
  const last = parts.at(-1);
  return parts.length > 1 && last ? readValue(last, depth + 1) : undefined;
}

/** "(B) 12", "B. 12": an option's letter before what the option says. */
function readChoice(tokens: readonly Token[], depth: number): Value | undefined {
  const head = tokens
    .slice(0, 3)
    .map(({ text }) => text)
    .join("");
  const length = /^\([A-J]\)/.test(head) ? 3 : /^[A-J][.:)]/.test(head) ? 2 : 0;
  const rest = tokens.slice(length);
  const [next] = rest;
  if (length === 0 || !next || next.kind === "op") return undefined;
  if (!next.spaced && next.kind !== "number" && next.kind !== "word") return undefined;
  return { kind: "choice", letter: head.replace(/[^A-J]/g, ""), value: readValue(rest, depth + 1) };
}

function readList(tokens: readonly Token[], depth: number): List | undefined {
  const { parts, separators } = splitTokens(tokens, (token) => isOp(token, ",", ";", "and", "or", "\\\\"));
  const filled = parts.filter((part) => part.length > 0);
  if (filled.length < 2) return undefined;
  if (filled.length > limits.listItems) throw new MathsLimit("too many items");
  const alternatives = separators.some((token) => token.text === "or");
  return { kind: "list", items: filled.flatMap((part) => itemsOf(part, depth)), alternatives };
}

/** One item, or the two that a plus-minus stands for. */
function itemsOf(part: readonly Token[], depth: number): readonly Value[] {
  const value = readValue(part, depth + 1);
  return value.kind === "list" ? value.items : [value];
}

function readRelation(tokens: readonly Token[], depth: number): Value | undefined {
  const member = splitTokens(tokens, (token) => isOp(token, "in"));
  const [left, right] = member.parts;
  if (member.parts.length === 2 && left && right) {
    return { kind: "domain", of: left.map(({ text }) => text).join(""), set: readValue(right, depth + 1) };
  }
  const { parts, separators } = splitTokens(tokens, (token) => isOp(token, ...relations));
  if (separators.length === 0) return undefined;
  // "= 5": the left side is what was asked for.
  if (parts[0]?.length === 0 && parts.length === 2 && parts[1]) return readValue(parts[1], depth + 1);
  return (
    withPlusMinus(tokens, depth) ?? {
      kind: "relation",
      sides: parts.map((part) => readValue(part, depth + 1)),
      ops: separators.map(({ text }) => text),
    }
  );
}

function readPlusMinus(tokens: readonly Token[], depth: number): Value | undefined {
  const [first] = tokens;
  if (first?.kind === "open" && first.text === "set" && isEnclosed(tokens)) return undefined;
  return withPlusMinus(tokens, depth);
}

/** ± stands for two answers; all signs of one answer go together, ∓ against them. */
function withPlusMinus(tokens: readonly Token[], depth: number): List | undefined {
  if (!tokens.some((token) => isOp(token, "pm", "mp"))) return undefined;
  const signed = (upper: string, lower: string): Token[] =>
    tokens.map((token) => (isOp(token, "pm", "mp") ? { ...token, text: token.text === "pm" ? upper : lower } : token));
  const items = [signed("+", "-"), signed("-", "+")].map((one) => readValue(one, depth + 1));
  return { kind: "list", items, alternatives: true };
}

function readOperation(tokens: readonly Token[], depth: number): Value | undefined {
  for (const name of ["cup", "cap", "setminus"] as const) {
    const { parts } = splitTokens(
      tokens,
      (token, index) =>
        isOp(token, name) || (name === "setminus" && isOp(token, "-") && tokens[index + 1]?.text === "set"),
    );
    if (parts.length > 1) return { kind: "operation", name, parts: parts.map((part) => readValue(part, depth + 1)) };
  }
  return undefined;
}

function readBracketed(tokens: readonly Token[], depth: number): Value | undefined {
  const [first] = tokens;
  const last = tokens.at(-1);
  if (tokens.length === 1 && first?.text === "emptyset") return { kind: "set", items: [], alternatives: false };
  if (!first || !last || !isEnclosed(tokens)) return undefined;
  const inner = tokens.slice(1, -1);
  if (first.text === "set" || last.text === "set") return readSet(inner, depth);
  if (first.text.startsWith("matrix ")) return readMatrix(inner, first.text.slice(7), depth);
  return "([langle".includes(first.text) ? readSequence(inner, first.text, last.text, depth) : undefined;
}

/** Items in order between the brackets that stand there; round brackets around one item only group. */
function readSequence(inner: readonly Token[], open: string, close: string, depth: number): Value | undefined {
  const { parts } = splitTokens(inner, (token) => isOp(token, ",", ";"));
  if (parts.length < 2) return open === "(" && close === ")" ? readValue(inner, depth + 1) : undefined;
  if (parts.length > limits.listItems) throw new MathsLimit("too many items");
  return {
    kind: "sequence",
    open: open.replace("langle", "("),
    close: close.replace("langle", ")"),
    items: parts.map((part) => readValue(part, depth + 1)),
  };
}

/** The items, or for {x | …} what stands after the bar. */
function readSet(inner: readonly Token[], depth: number): Value {
  if (inner.length === 0) return { kind: "set", items: [], alternatives: false };
  const { parts } = splitTokens(inner, (token, index) => isOp(token, "|", ":") && index > 0);
  const [head, condition] = parts;
  if (parts.length === 2 && head && condition && (head[0]?.kind === "symbol" || head[0]?.kind === "open")) {
    return readValue(condition, depth + 1);
  }
  const list = readList(inner, depth);
  const single = list ? undefined : itemsOf(inner, depth);
  return { kind: "set", items: list?.items ?? single ?? [], alternatives: false };
}

function readMatrix(inner: readonly Token[], name: string, depth: number): Value {
  const lines = splitTokens(inner, (token) => isOp(token, "\\\\")).parts.filter((line) => line.length > 0);
  const rows = lines.map((line) =>
    splitTokens(line, (token) => isOp(token, "&"))
      .parts.filter((cell) => cell.length > 0)
      .map((cell) => readValue(cell, depth + 1)),
  );
  if (rows.length === 0) throw new UnreadableMaths("an empty matrix");
  if (name === "cases") return { kind: "list", items: rows.flat(), alternatives: false };
  return { kind: "matrix", bars: /^[vV]/.test(name) ? name : "", rows };
}

/** 1:2:3. Two parts alone are a quotient, which the scalar reader knows. */
function readRatio(tokens: readonly Token[], depth: number): Value | undefined {
  const { parts } = splitTokens(tokens, (token) => isOp(token, ":"));
  if (parts.length < 3) return undefined;
  return { kind: "sequence", open: ":", close: ":", items: parts.map((part) => readValue(part, depth + 1)) };
}
