/** How alike two plans are: 0.6 × the edges they share + 0.4 × the words they share, each as intersection over union. */
import type { Idea } from "./read-idea.ts";
import { isFilled, textOf } from "./read-idea.ts";

interface Plan {
  /** step by its name */
  readonly steps: ReadonlyMap<string, string>;
  /** "1→2" */
  readonly edges: ReadonlySet<string>;
}

const edgeWeight = 0.6;

/** 0 … 1; 0 where one has no steps or no order. */
export function planSimilarity(one: Idea, other: Idea): number {
  const [a, b] = [planOf(one), planOf(other)];
  if (!a || !b) return 0;
  const words = overlap(wordsOf(a), wordsOf(b));
  // A single step has no edges.
  if (a.edges.size === 0 || b.edges.size === 0) return words;
  return edgeWeight * overlap(a.edges, b.edges) + (1 - edgeWeight) * words;
}

function planOf({ ImplementationSteps: steps, ImplementationOrder: order }: Idea): Plan | undefined {
  if (!isFilled(steps) || !isFilled(order) || typeof steps !== "object" || steps === null) return undefined;
  const named = new Map(Object.entries(steps).map(([name, step]) => [name, textOf(step)]));
  const given = edgesOf(Array.isArray(order) ? order.map(String) : [], named);
  return { steps: named, edges: new Set(given.length > 0 ? given : chain([...named.keys()])) };
}

/** Of ["1-2", "2-3"], or of the bare sequence ["1", "2", "3"]. */
function edgesOf(order: readonly string[], steps: ReadonlyMap<string, string>): string[] {
  if (order.every((item) => /^\d+$/.test(item))) return chain(order.filter((item) => steps.has(item)));
  return order.flatMap((item) => {
    const [from = "", to = "", ...more] = item.split("-");
    return more.length === 0 && steps.has(from) && steps.has(to) ? [`${from}→${to}`] : [];
  });
}

function chain(names: readonly string[]): string[] {
  const sorted = names.toSorted();
  return sorted.slice(1).map((name, i) => `${sorted[i]}→${name}`);
}

function wordsOf({ steps }: Plan): ReadonlySet<string> {
  const text = [...steps.values()].join(" ").trim();
  return new Set(text.length < 3 ? [] : text.toLowerCase().split(/\s+/));
}

function overlap(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  if (a.size === 0 || b.size === 0) return 0;
  const shared = [...a].filter((item) => b.has(item)).length;
  return shared / (a.size + b.size - shared);
}
