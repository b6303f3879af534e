/**
 * The reference's second way: LaTeX flattened to plain text and all braces dropped, so that (1+√5)/2 becomes 1+√5/2. It
 * then asks sympy whether the difference simplifies to 0; here our own engine decides on the same flat text.
 */
import { sameUnderLog } from "./same-scalar.ts";
import { MathsLimit } from "./maths-limit.ts";
import { parseScalar } from "./parse.ts";
import { tokenise } from "./tokens.ts";
import { UnreadableMaths } from "./unreadable-maths.ts";

const unitWords =
  /(?:degree|cm|centimeter|meter|mile|second|minute|hour|day|week|month|year|foot|feet|inch|yard)(?:es)?(?:s)? *(?:\^[0-9]+)?/g;

export function referenceFlatEqual(given: string, key: string): boolean {
  const [flatGiven, flatKey] = [flattened(given), flattened(key)];
  if (flatGiven === flatKey) return true;
  if (flatGiven === "") return false;
  const [partsGiven, partsKey] = [tupleParts(flatGiven), tupleParts(flatKey)];
  const edges = (text: string): string => text.charAt(0) + text.charAt(text.length - 1);
  if (partsKey.length > 1 && edges(flatGiven) !== edges(flatKey)) return false;
  if (partsGiven.length !== partsKey.length) return false;
  return partsKey.every((part, index) => samePart(partsGiven[index] ?? "", part));
}

function flattened(answer: string): string {
  let text = (/^\\text\{(.+?)\}$/s.exec(answer)?.[1] ?? answer)
    .replaceAll(/\\?[%$]/g, "")
    .replaceAll(" or ", " , ")
    .replaceAll(" and ", " , ")
    .replaceAll("million", "*10^6")
    .replaceAll("billion", "*10^9")
    .replaceAll("trillion", "*10^12")
    .replaceAll(unitWords, "")
    .replaceAll(/\^ *\\circ/g, "");
  if (text.startsWith("{") && text.endsWith("}")) text = text.slice(1, -1);
  text = text.replaceAll(/,\\! */g, "");
  if (/^[+-]?\d+\.\d*$/.test(text) && Number.isInteger(Number(text))) text = String(Number(text));
  if (text.includes("\\")) text = withoutLatex(text);
  text = text
    .replaceAll(/- */g, "-")
    .replaceAll(/(\d) +(\d)/g, "$1+$2")
    .replaceAll(/[ {}]/g, "")
    .toLowerCase();
  const plain = text.replaceAll(",", "");
  return isInteger(text) ? String(BigInt(plain.split(".")[0] ?? plain)) : text;
}

const macros: Readonly<Record<string, string>> = {
  pi: "pi",
  infty: "inf",
  cup: "U",
  cdot: "*",
  times: "*",
  leq: "≤",
  le: "≤",
  geq: "≥",
  ge: "≥",
  pm: "±",
  in: "∈",
  ne: "≠",
  theta: "θ",
  alpha: "α",
  beta: "β",
  ldots: "…",
  dots: "…",
  div: "÷",
  cap: "∩",
  emptyset: "∅",
};

/** What the LaTeX-to-text library makes of the commands that answers use; unknown ones vanish, their arguments stay. */
function withoutLatex(latex: string): string {
  let text = latex.replaceAll(/\\[td]frac/g, "\\frac").replaceAll("\\frac", " \\frac");
  const argument = String.raw`(\{[^{}]*\}|[^\s\\{}])`;
  const layers = [
    new RegExp(String.raw`\\sqrt\s*${argument}`, "g"),
    new RegExp(String.raw`\\frac\s*${argument}\s*${argument}`, "g"),
  ];
  for (let layer = 0; layer < 12; layer++) {
    const before = text;
    const bare = (part: string): string => part.replace(/^\{([\s\S]*)\}$/, "$1");
    text = text.replace(layers[0] ?? /$^/, (_, of: string) => `sqrt(${bare(of)})`);
    text = text.replace(layers[1] ?? /$^/, (_, n: string, d: string) => `${bare(n)}/${bare(d)}`);
    // A group inside an argument has been dealt with: its braces, which are dropped in the end, hide the outer ones.
    text = text
      .replaceAll(/\\(?:text|mathrm|textbf|mathbf)\s*\{([^{}]*)\}/g, "$1")
      .replaceAll(/([\^_])\{([^{}]*)\}/g, "$1$2");
    if (text === before) break;
  }
  return text
    .replaceAll(/\\([A-Za-z]+) ?/g, (_, name: string) => macros[name] ?? "")
    .replaceAll(/\\([{}])/g, "$1")
    .replaceAll(/\\[,;:! ]/g, " ")
    .replaceAll("\\", "")
    .trim();
}

function tupleParts(text: string): string[] {
  let joined = text;
  for (let before = ""; before !== joined;) {
    before = joined;
    joined = joined.replaceAll(/(\d),(\d\d\d)($|\D)/g, "$1$2$3");
  }
  if (/^[([][^()[\]]+[)\]]$/.test(joined))
    return joined
      .slice(1, -1)
      .split(",")
      .map((part) => part.trim());
  return [joined];
}

function samePart(given: string, key: string): boolean {
  const fraction = /^-?\d+\.?\/0*[1-9]\d*\.?$/;
  if (fraction.test(key) && fraction.test(given)) return given === key;
  if (isInteger(key) !== isInteger(given)) return false;
  return mayBeSimplified(`(${key})-(${given})`) && sameFlat(given, key);
}

function isInteger(text: string): boolean {
  return (
    /^[+-]?\d{1,300}(?:\.0*)?$/.test(text.replaceAll(/(?<=\d),(?=\d{3}(?:\D|$))/g, "")) && !/\.\d*[1-9]/.test(text)
  );
}

/** It asks sympy only where at most two letters are unknown and no exponent has two digits or a bracket. */
function mayBeSimplified(difference: string): boolean {
  const letters = new Set(difference.replaceAll("sqrt", "").replaceAll("frac", "").match(/\p{L}/gu));
  return letters.size <= 2 && !/\^[{(]|\^\d+\^|\^\d\d/.test(difference);
}

function sameFlat(given: string, key: string): boolean {
  try {
    const [a, b] = [given, key].map((text) => parseScalar(tokenise(text, true).list));
    return a !== undefined && b !== undefined && sameUnderLog(a, b);
  } catch (error) {
    if (error instanceof MathsLimit || error instanceof UnreadableMaths) return false;
    throw error;
  }
}
