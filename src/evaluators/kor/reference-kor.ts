/**
 * How LLMRouterBench grades KOR-Bench: the answer is cut out by the official scorer's rule and then handed to that scorer,
 * which cuts again. Puzzles' sums, which it gives to Python's eval, go through our own arithmetic.
 */
import { arithmetic } from "../maths/arithmetic.ts";
import { equals, rational } from "../maths/rational.ts";
import type { KorItem } from "./same-by-rule.ts";

const nothing = "NULL";

/** Items compared as mathematics, by their position in the category. */
const symbolic: ReadonlySet<number> = new Set([
  18, 73, 74, 77, 94, 115, 116, 117, 121, 122, 123, 125, 131, 132, 134, 135, 136, 141, 143, 149, 145, 146, 147, 151,
  152, 153, 154, 155, 156, 160, 161, 162, 164, 165, 166, 170, 206, 209, 211, 212, 213, 214, 215, 217, 218,
]);

export function referenceKor(
  response: string,
  key: string,
  item: KorItem & { readonly position: string },
): { readonly prediction: string; readonly correct: boolean } {
  const level = levelOf(item, key);
  const prediction = extracted(response, level);
  return { prediction, correct: isSame(prediction, key, item) };
}

type Level = "logic" | "clean" | "math";

function levelOf({ category, rule, position }: KorItem & { readonly position: string }, key: string): Level {
  if (category === "logic") return "logic";
  const special = ["178", "179"].includes(position) || ["18", "23", "24", "25"].includes(rule) || key === "";
  return category === "operation" && !special && symbolic.has(Number(position)) ? "math" : "clean";
}

function extracted(text: string, level: Level): string {
  const patterns = [/\[\[\s*([\s\S]*?)\s*\]\]/, /\$\\boxed\{([\s\S]*?)\}\$/, /\[\s*([\s\S]*?)\s*\]/];
  const found = patterns.map((pattern) => pattern.exec(text)?.[1]).find((content) => content !== undefined);
  if (found === undefined) return nothing;
  const plain = found.trim().replaceAll(/["\n]/g, "");
  if (level === "clean") return `[[${plain.replaceAll(/[ [\]]/g, "")}]]`;
  if (level === "logic") return `[[${plain.replaceAll(/[ .]/g, "")}]]`;
  return (
    plain
      .replaceAll(/[[\]$]/g, "")
      .split("=")
      .at(-1) ?? ""
  );
}

const inner = (text: string): string => /\[\[([\s\S]*?)\]\]/.exec(text)?.[1] ?? nothing;
const wordCharacters = (text: string): string => text.replaceAll(/[^\p{L}\p{N}_]+/gu, "");
const sorted = (parts: Iterable<string>): string => [...parts].sort().join("\n");
const numbers = (text: string): string => (text.match(/\d+/g) ?? []).map(Number).join(" ");
const bounds = (text: string): string =>
  sorted([...text.matchAll(/([≥≤])\s*(-?\d+\.?\d*)/g)].map(([, sign = "", bound = ""]) => sign + bound));

function isSame(prediction: string, key: string, item: KorItem & { readonly position: string }): boolean {
  if (item.category === "logic") return sameLogic(prediction, key, item.rule);
  if (item.category === "operation") return sameOperation(prediction, key, item);
  if (item.category === "puzzle") {
    const compare = puzzles[item.rule] ?? ((a: string, b: string) => wordCharacters(a) === wordCharacters(b));
    return compare(inner(prediction), inner(key));
  }
  return extracted(prediction, "clean") === key;
}

function sameLogic(prediction: string, key: string, rule: string): boolean {
  const again = extracted(prediction, "logic");
  if (rule !== "5") return again === extracted(key, "logic");
  return sorted(again.split(";")) === sorted(key.split(";"));
}

function sameOperation(
  prediction: string,
  key: string,
  { rule, position }: KorItem & { readonly position: string },
): boolean {
  const again = extracted(prediction, "clean");
  if (position === "178" || position === "179") return bounds(again) === bounds(key);
  if (rule === "18") return sorted(wordCharacters(again)) === sorted(wordCharacters(inner(key)));
  if (["23", "24", "25"].includes(rule)) return numbers(again) === numbers(key);
  // The first cut took the brackets off; the second finds none, and no answer is right.
  if (symbolic.has(Number(position))) return false;
  if (!key.includes("or")) return again === key;
  const parts = (text: string): string =>
    sorted(
      text
        .replaceAll(/^[[\]]+|[[\]]+$/g, "")
        .split("or")
        .map((part) => part.trim()),
    );
  return parts(again.replaceAll("\\text{or}", "or")) === parts(extracted(key, "clean"));
}

const lettersOf = (text: string): string => text.replaceAll(/[^A-Za-z]/g, "").toLowerCase();
const signs = (text: string): string => text.replaceAll("×", "*").replaceAll("−", "-");
const left = (text: string): string => text.split("\n")[0]?.split("=")[0] ?? "";
const operators = (text: string): string => left(text).replaceAll(/[^+\-*/]/g, "");

const puzzles: Readonly<Record<string, (given: string, key: string) => boolean>> = {
  1: (given, key) => lettersOf(given) === lettersOf(key),
  2: (given, key) => key.split(",").includes(lettersOf(given)),
  3: (given, key) => sorted(given.toLowerCase().split(/\W+/).filter(Boolean)) === sorted(key.split(" ")),
  4: (given, key) => key.includes(lettersOf(given)),
  5: (given, key) => sorted(given.replaceAll(/\s+/g, "").split(",")) === sorted(key.split(",")),
  9(given, key) {
    const wanted = /=\s*(-?\d+)/.exec(signs(key))?.[1];
    const value = arithmetic(left(signs(given)));
    if (!value || wanted === undefined || operators(signs(given)) !== operators(signs(key))) return false;
    return equals(value, rational(BigInt(wanted)));
  },
  10(given, key) {
    const value = arithmetic(left(signs(given)));
    const same = sorted(wordCharacters(left(signs(given)))) === sorted(wordCharacters(left(key)));
    return same && value !== undefined && equals(value, rational(24n));
  },
  18: (given, key) => given.replaceAll(/[,\s[\]]+/g, "") === key.replaceAll(/[,\s[\]]+/g, ""),
};
