/** Files that need each other, directly or around a corner, cannot be read, tested or moved one by one. */
import { readFileSync, readdirSync } from "node:fs";
import { dirname, join, posix } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const source = join(dirname(fileURLToPath(import.meta.url)), "..", "src");

/** What calls itself by way of another file: grammars do. */
const recursive = [
  ["evaluators/maths/parse-named.ts", "evaluators/maths/parse.ts"],
  ["evaluators/maths/read-command.ts", "evaluators/maths/tokens.ts"],
];

/** Each file with the files it imports, for types as well. */
function importGraph(): ReadonlyMap<string, readonly string[]> {
  const paths = readdirSync(source, { recursive: true, encoding: "utf8" })
    .map((path) => path.replaceAll("\\", "/"))
    .filter((path) => path.endsWith(".ts") && !path.endsWith(".test.ts"));
  const targets = (path: string): string[] =>
    [...readFileSync(join(source, path), "utf8").matchAll(/^(?:import|export)\b[^;]*? from "(\.[^"]+)";$/gm)]
      .map(([, target = ""]) => posix.join(posix.dirname(path), target))
      .filter((target) => paths.includes(target));
  return new Map(paths.map((path) => [path, targets(path)]));
}

/** The strongly connected parts of more than one file (R. Tarjan, SIAM Journal on Computing 1, 1972). */
function circles(graph: ReadonlyMap<string, readonly string[]>): string[][] {
  const order = new Map<string, number>();
  const lowest = new Map<string, number>();
  const open: string[] = [];
  const found: string[][] = [];
  const visit = (path: string): void => {
    order.set(path, order.size);
    lowest.set(path, order.size - 1);
    open.push(path);
    for (const target of graph.get(path) ?? []) {
      if (!order.has(target)) visit(target);
      if (open.includes(target)) lowest.set(path, Math.min(lowest.get(path)!, lowest.get(target)!));
    }
    if (lowest.get(path) !== order.get(path)) return;
    const part = open.splice(open.indexOf(path));
    if (part.length > 1) found.push(part.toSorted());
  };
  for (const path of graph.keys()) if (!order.has(path)) visit(path);
  return found.toSorted(([a = ""], [b = ""]) => (a < b ? -1 : 1));
}

test("no files import each other in a circle, but for grammars", () => {
  expect(circles(importGraph())).toEqual(recursive);
});

test("a circle around a corner would be seen", () => {
  const graph = new Map([
    ["a", ["b"]],
    ["b", ["c", "d"]],
    ["c", ["a"]],
    ["d", ["e"]],
    ["e", []],
  ]);
  expect(circles(graph)).toEqual([["a", "b", "c"]]);
});
