/** Cuts a normalised answer into tokens. */
import { functionNames, greekNames, shortWords } from "./word-lists.ts";
import { limits } from "./limits.ts";
import { MathsLimit } from "./maths-limit.ts";
import { readCommand } from "./read-command.ts";
import { scanNumber } from "./scan-number.ts";
import type { Token } from "./token.ts";
import { isUnitWord } from "./unit-table.ts";

export interface Tokens {
  readonly list: readonly Token[];
  /** some commas may group digits or part items; the other reading is to be tried too */
  readonly ambiguousCommas: boolean;
}

/** The state of a cut: commands append to it, text inside \text{} is cut by a cut of its own. */
export interface Cut {
  readonly text: string;
  at: number;
  spaced: boolean;
  ambiguousCommas: boolean;
  readonly groupCommas: boolean;
  readonly list: Token[];
  readonly depth: number;
}

const twoCharacterOps: Readonly<Record<string, string>> = {
  "<=": "<=",
  ">=": ">=",
  "!=": "!=",
  "=<": "<=",
  "=>": "implies",
  "->": "to",
  "==": "=",
};

export function tokenise(text: string, groupCommas: boolean, depth = 0): Tokens {
  if (depth > 8) throw new MathsLimit("text inside text, too deep");
  const cut: Cut = { text, at: 0, spaced: false, ambiguousCommas: false, groupCommas, list: [], depth };
  while (cut.at < text.length) {
    step(cut);
    if (cut.list.length > limits.tokens) throw new MathsLimit("too many tokens");
  }
  return { list: cut.list, ambiguousCommas: cut.ambiguousCommas };
}

export function push(cut: Cut, kind: Token["kind"], text: string): void {
  const last = cut.list.at(-1);
  if (kind === "word" && last?.kind === "word") {
    cut.list[cut.list.length - 1] = { ...last, text: `${last.text} ${text}` };
  } else cut.list.push({ kind, text, spaced: cut.spaced });
  cut.spaced = false;
}

function step(cut: Cut): void {
  const character = cut.text.charAt(cut.at);
  if (character === " " || character === "~") {
    cut.spaced = true;
    cut.at++;
  } else if (character === "\\") readCommand(cut);
  else if (/[\d.]/.test(character)) readNumber(cut);
  else if (/[A-Za-z]/.test(character)) readLetters(cut);
  else readSign(cut, character);
}

function readNumber(cut: Cut): void {
  const rest = cut.text.slice(cut.at, cut.at + limits.literalDigits + 50);
  const found = scanNumber(rest, cut.groupCommas);
  if (!found) {
    const dots = /^\.+/.exec(rest)?.[0] ?? ".";
    push(cut, dots.length > 1 ? "symbol" : "op", dots.length > 1 ? "dots" : ".");
    cut.at += dots.length;
    return;
  }
  if (found.length > limits.literalDigits) throw new MathsLimit("a literal is too long");
  cut.ambiguousCommas ||= found.ambiguous;
  push(cut, "number", found.text);
  cut.at += found.length;
}

function readLetters(cut: Cut): void {
  const run = /^[A-Za-z]+/.exec(cut.text.slice(cut.at))?.[0] ?? "";
  cut.at += run.length;
  pushLetters(cut, run);
}

const separators: Readonly<Record<string, string>> = { and: "and", or: "or", mod: "mod", in: "in", union: "cup" };
const suffixes: Readonly<Record<string, string>> = { percent: "%", degrees: "deg", degree: "deg" };
const constants: Readonly<Record<string, string>> = {
  pi: "pi",
  infinity: "infinity",
  inf: "infinity",
  infty: "infinity",
  oo: "infinity",
};

/** A run of letters by its meaning: separator, constant, function, word, or else a product of symbols. */
function pushLetters(cut: Cut, run: string): void {
  const lower = run.toLowerCase();
  const separator = separators[lower];
  if (suffixes[lower]) push(cut, "op", suffixes[lower]);
  else if (separator && !(lower === "in" && afterNumber(cut))) push(cut, "op", separator);
  else if (constants[lower]) push(cut, "symbol", constants[lower]);
  else if (functionNames.has(lower) && run.length > 1) push(cut, "name", lower);
  else if (greekNames.has(run) && run.length > 2) push(cut, "symbol", run);
  else if (isWord(cut, run)) push(cut, "word", run);
  else if (!splitFunction(cut, run)) for (const letter of run) push(cut, "symbol", letter);
}

function isWord(cut: Cut, run: string): boolean {
  if (run.length === 1) return false;
  if (afterNumber(cut) && isUnitWord(run)) return true;
  if (cut.list.at(-1)?.kind === "word" && cut.spaced) return true;
  if (/^(?:arc)?(?:sin|cos|tan|cot|sec|csc|ln|log)[a-z]$/.test(run)) return false;
  return run.length > 3 || shortWords.has(run.toLowerCase());
}

/** "sinx" and "lnx": a function run together with its argument. */
function splitFunction(cut: Cut, run: string): boolean {
  const name = run.slice(0, -1);
  if (!/^(?:arc)?(?:sin|cos|tan|cot|sec|csc|ln|log)$/.test(name)) return false;
  push(cut, "name", name);
  push(cut, "symbol", run.slice(-1));
  return true;
}

function afterNumber(cut: Cut): boolean {
  const last = cut.list.at(-1);
  return last?.kind === "number" || last?.kind === "close" || last?.kind === "word";
}

function readSign(cut: Cut, character: string): void {
  const two = twoCharacterOps[cut.text.slice(cut.at, cut.at + 2)];
  cut.at += two ? 2 : 1;
  if (two) push(cut, "op", two);
  else if ("([{".includes(character)) push(cut, "open", character);
  else if (")]}".includes(character)) push(cut, "close", character);
  else if (character === "'") addPrime(cut);
  else push(cut, "op", character);
}

function addPrime(cut: Cut): void {
  const last = cut.list.at(-1);
  if (last?.kind === "symbol") cut.list[cut.list.length - 1] = { ...last, text: `${last.text}'` };
  else push(cut, "op", "'");
}
