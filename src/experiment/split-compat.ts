/**
 * The reference's split, bit for bit: one MT19937 runs through all data set ids in load order, so adding or renaming
 * one data set reshuffles those after it. Opt-in, to reproduce published numbers; `native` is the default.
 * Source: LLMRouterBench, `baselines/data_loader.py`, as described in the spec of data and metrics, §4.1.
 */
import type { OutcomeTable } from "../core/outcome-table.ts";
import { mersenneTwister } from "../math/mersenne-twister.ts";
import { isOod } from "./split-options.ts";
import type { SplitOptions, SplitOrder } from "./split-options.ts";

/** One order per data set id (its splits pooled), in order of first appearance. */
export function compatOrders(table: OutcomeTable, { trainRatio, ood }: SplitOptions, seed: number): SplitOrder[] {
  const generator = mersenneTwister(seed);
  return promptsById(table).map(({ texts, outside }) => {
    if (outside(ood)) return { train: [], test: texts };
    const trainCount = Math.trunc(texts.length * trainRatio);
    const order = generator.shuffle(Array.from(texts.keys()));
    return {
      train: order.slice(0, trainCount).map((position) => texts[position]!),
      test: order.slice(trainCount).map((position) => texts[position]!),
    };
  });
}

interface PromptsOfId {
  /** rows of each distinct text, sorted by the smallest index of the text, stably */
  readonly texts: readonly Int32Array[];
  readonly outside: (ood: readonly string[]) => boolean;
}

function promptsById(table: OutcomeTable): PromptsOfId[] {
  const byId = new Map<string, Map<string, number[]>>();
  table.datasetOf.forEach((d, r) => {
    const id = table.datasets[d]!.dataset;
    const texts = byId.get(id) ?? new Map<string, number[]>();
    byId.set(id, texts);
    const rows = texts.get(table.prompts[r]!);
    if (rows) rows.push(r);
    else texts.set(table.prompts[r]!, [r]);
  });
  return [...byId].map(([id, texts]) => ({
    texts: [...texts.values()]
      .map((rows) => ({ rows, smallest: Math.min(...rows.map((r) => table.index[r]!)) }))
      .toSorted((a, b) => a.smallest - b.smallest)
      .map(({ rows }) => Int32Array.from(rows)),
    outside: (ood) => table.datasets.some((key) => key.dataset === id && isOod(key, ood)),
  }));
}
