/** How LLMRouterBench finds a letter: `extract_normal_answer` of its base_evaluator.py, faults included. */
import { boxesOf } from "./boxed.ts";

const patterns = new Map<string, { readonly line: RegExp; readonly heading: RegExp }>();

/** Its prediction, spelled as it stands in the text; "" = none. The key is compared with it as it is. */
export function referenceLetter(response: string, letters: string): string {
  if (response.length <= 10 && !response.includes("Answer") && !response.includes("box")) return response.trimStart();
  const { line, heading } = patternsFor(letters);
  const last = [...response.matchAll(line)].at(-1)?.[1];
  if (last !== undefined) return last.trim();
  const afterHeading = heading.exec(response)?.[1];
  return afterHeading ?? boxesOf(response)[0]?.content ?? "";
}

function patternsFor(letters: string): { readonly line: RegExp; readonly heading: RegExp } {
  let pair = patterns.get(letters);
  if (!pair) {
    pair = {
      line: new RegExp(String.raw`answer[ \t]*:[ \t]*\$?([${letters}])[.\s]?`, "gi"),
      heading: new RegExp(String.raw`final answer\s\n+\s*\$?([${letters}])[.\s]?`, "i"),
    };
    patterns.set(letters, pair);
  }
  return pair;
}
