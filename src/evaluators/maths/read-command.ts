/** LaTeX commands as tokens: operators, brackets, letters, functions, and the text inside \text{}. */
import { MathsLimit } from "./maths-limit.ts";
import { push, tokenise, type Cut } from "./tokens.ts";
import { UnreadableMaths } from "./unreadable-maths.ts";
import { functionNames, greekNames } from "./word-lists.ts";

const operators: Readonly<Record<string, string>> = {
  cdot: "*",
  times: "*",
  ast: "*",
  bullet: "*",
  div: "/",
  le: "<=",
  leq: "<=",
  leqslant: "<=",
  ge: ">=",
  geq: ">=",
  geqslant: ">=",
  lt: "<",
  gt: ">",
  ne: "!=",
  neq: "!=",
  pm: "pm",
  mp: "mp",
  in: "in",
  notin: "notin",
  cup: "cup",
  cap: "cap",
  bigcup: "cup",
  setminus: "setminus",
  backslash: "setminus",
  approx: "approx",
  thickapprox: "approx",
  sim: "approx",
  simeq: "approx",
  equiv: "equiv",
  bmod: "mod",
  mod: "mod",
  pmod: "mod",
  to: "to",
  rightarrow: "to",
  longrightarrow: "to",
  mapsto: "to",
  implies: "implies",
  Rightarrow: "implies",
  Longrightarrow: "implies",
  Leftrightarrow: "implies",
  iff: "implies",
  mid: "|",
  vert: "|",
  lvert: "|",
  rvert: "|",
  colon: ":",
  land: "and",
  wedge: "and",
  lor: "or",
  vee: "or",
  over: "over",
  choose: "choose",
  degree: "deg",
  euro: "euro",
  pounds: "pound",
  percent: "%",
  prime: "'",
  perp: "perp",
  parallel: "parallel",
};

const characters: Readonly<Record<string, readonly ["op" | "open" | "close", string]>> = {
  "{": ["open", "set"],
  "}": ["close", "set"],
  "%": ["op", "%"],
  $: ["op", "dollar"],
  "|": ["op", "||"],
  "\\": ["op", "\\\\"],
  "&": ["op", "and"],
  "#": ["op", "#"],
  _: ["op", "_"],
};

const brackets: Readonly<Record<string, readonly ["open" | "close", string]>> = {
  lbrace: ["open", "set"],
  rbrace: ["close", "set"],
  langle: ["open", "langle"],
  rangle: ["close", "langle"],
  lfloor: ["open", "floor"],
  rfloor: ["close", "floor"],
  lceil: ["open", "ceil"],
  rceil: ["close", "ceil"],
  lbrack: ["open", "["],
  rbrack: ["close", "]"],
  lparen: ["open", "("],
  rparen: ["close", ")"],
};

const symbols: Readonly<Record<string, string>> = {
  infty: "infinity",
  emptyset: "emptyset",
  varnothing: "emptyset",
  pi: "pi",
  ldots: "dots",
  dots: "dots",
  cdots: "dots",
  varepsilon: "epsilon",
  varphi: "phi",
  vartheta: "theta",
  imath: "i",
  jmath: "j",
  top: "top",
  circ: "circ",
  Re: "Re",
  Im: "Im",
};

/** Their argument is text or a label. */
const textual =
  /^(?:text|textbf|textit|textrm|textsf|texttt|textnormal|mbox|hbox|mathrm|mathsf|mathtt|operatorname|emph|underline)$/;
/** Their argument is maths in another dress. */
const styles =
  /^(?:mathbf|mathit|boldsymbol|bm|mathnormal|boxed|fbox|color|ensuremath|mathop|mathord|hbox|smash|cancel)$/;
const accents =
  /^(?:overline|bar|vec|hat|tilde|widehat|overrightarrow|overarc|dot|ddot|underbrace|wideparen|stackrel)$/;
const spaces = /^(?:quad|qquad|space|thinspace|enspace|,|;|:|!| |>|nobreakspace)$/;

export function readCommand(cut: Cut): void {
  const name = /^\\([A-Za-z]+|.)/.exec(cut.text.slice(cut.at))?.[1];
  if (name === undefined) throw new UnreadableMaths("a backslash ends the text");
  cut.at += name.length + 1;
  if (spaces.test(name)) cut.spaced = true;
  else if (characters[name]) push(cut, ...characters[name]);
  else if (operators[name]) push(cut, "op", operators[name]);
  else if (brackets[name]) push(cut, ...brackets[name]);
  else if (symbols[name]) push(cut, "symbol", symbols[name]);
  else if (functionNames.has(name)) push(cut, "name", name);
  else if (greekNames.has(name)) push(cut, "symbol", name);
  else readArgument(cut, name);
}

function readArgument(cut: Cut, name: string): void {
  if (name === "begin" || name === "end") return readEnvironment(cut, name);
  if (textual.test(name)) return readText(cut, braced(cut));
  if (name === "mathbb" || name === "mathcal") return push(cut, "symbol", `${name} ${plainLetters(braced(cut))}`);
  if (styles.test(name)) return append(cut, braced(cut));
  if (accents.test(name)) return push(cut, "symbol", `${name} ${braced(cut).replaceAll(" ", "")}`);
  if (name === "arcsinh" || name === "not") throw new UnreadableMaths(name);
  push(cut, "name", name);
}

/** The brackets of an array say nothing; of vmatrix they say determinant. */
function readEnvironment(cut: Cut, edge: "begin" | "end"): void {
  const name = braced(cut).replace("*", "");
  const known = /^(?:[pbvBV]?matrix|smallmatrix|array|cases|tabular)$/.test(name);
  if (!known) throw new UnreadableMaths(name);
  if (edge === "begin" && /^(?:array|tabular)$/.test(name) && cut.text.charAt(cut.at) === "{") braced(cut);
  push(cut, edge === "begin" ? "open" : "close", `matrix ${name}`);
}

/** What stands in the braces that come next, or the next character where there are none. */
function braced(cut: Cut): string {
  while (cut.text.charAt(cut.at) === " ") cut.at++;
  if (cut.text.charAt(cut.at) !== "{") {
    const single = /^(?:\\[A-Za-z]+|.?)/.exec(cut.text.slice(cut.at))?.[0] ?? "";
    cut.at += single.length;
    return single;
  }
  let depth = 0;
  for (let end = cut.at; end < cut.text.length; end++) {
    const character = cut.text.charAt(end);
    if (character === "\\") end++;
    else if (character === "{") depth++;
    else if (character === "}" && --depth === 0) {
      const content = cut.text.slice(cut.at + 1, end);
      cut.at = end + 1;
      return content;
    }
  }
  throw new UnreadableMaths("a brace is never closed");
}

/** Text that holds digits, relations or commands is read as maths; other text is a word, a separator or a letter. */
function readText(cut: Cut, content: string): void {
  const text = content.replaceAll("\\ ", " ").replaceAll("~", " ");
  const trimmed = text.trim().replace(/\s+/g, " ");
  if (trimmed !== text) cut.spaced = true;
  if (trimmed === "") return;
  const aside = /^\(([A-Za-z ]{2,})\)$/.exec(trimmed)?.[1];
  if (aside) return push(cut, "word", aside);
  if (/^(?:infinity|pi)$/i.test(trimmed)) return push(cut, "symbol", trimmed.toLowerCase());
  if (/^[A-Za-z]$/.test(trimmed)) return push(cut, /[ABCDEFGHi]/.test(trimmed) ? "symbol" : "word", trimmed);
  if (/[\d=<>^\\+(),;:%]|^-|\b(?:and|or)\b/.test(trimmed)) return append(cut, trimmed);
  if (/^(?:percent|degrees?)$/i.test(trimmed))
    return push(cut, "op", trimmed.toLowerCase() === "percent" ? "%" : "deg");
  push(cut, functionNames.has(trimmed) ? "name" : "word", trimmed);
  cut.spaced = trimmed !== text;
}

function append(cut: Cut, content: string): void {
  const inner = tokenise(content, cut.groupCommas, cut.depth + 1);
  cut.ambiguousCommas ||= inner.ambiguousCommas;
  if (inner.list.length > 600) throw new MathsLimit("too many tokens");
  for (const token of inner.list) {
    cut.spaced ||= token.spaced;
    push(cut, token.kind, token.text);
  }
}

function plainLetters(content: string): string {
  return content.replace(/[^A-Za-z]/g, "");
}
