/** What can be told wrong of a comparison once the data are read, before any router is fitted. */
import { UsageError } from "../core/errors.ts";
import { unknownName } from "../core/near-names.ts";
import type { OutcomeTable } from "../core/outcome-table.ts";
import type { CompareOptions } from "./compare-options.ts";
import { checkSplit } from "./split.ts";

type Checked = Pick<CompareOptions, "seeds" | "split" | "bestSingle" | "routerOptions">;

/** @throws UsageError for an empty table, wrong seeds, a wrong split, or a best single model that is not in the pool. */
export function checkComparison(table: OutcomeTable, { seeds, split, bestSingle, routerOptions }: Checked): void {
  if (table.prompts.length === 0 || table.models.length === 0) {
    throw new UsageError({
      problem: "the table is empty",
      mend: "Check the filters: run npx signalbox inspect with the same ones.",
    });
  }
  checkSeeds(seeds);
  checkSplit(table, split);
  const ids = table.models.map(({ id }) => id);
  if (bestSingle !== undefined && !ids.includes(bestSingle)) {
    throw unknownName("model", bestSingle, ids, "--best-single");
  }
  const named = routerOptions?.["best-single"]?.["model"];
  if (typeof named === "string" && !ids.includes(named)) {
    throw unknownName("model", named, ids, "options of best-single, model");
  }
}

/** @throws UsageError for no seed, or one that is given twice. */
export function checkSeeds(seeds: readonly number[]): void {
  const repeated = seeds.find((seed, i) => seeds.indexOf(seed) !== i);
  if (seeds.length > 0 && repeated === undefined) return;
  throw new UsageError({
    problem: seeds.length === 0 ? "no seed given" : `seed ${repeated} is given twice`,
    where: "--seeds",
    mend: "Give each seed once, for example --seeds 42,999,2024.",
  });
}
