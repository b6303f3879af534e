/** Whether every data set is tested in all seeds or in none: AvgAcc over other sets in each seed would be no one number. */
import { UsageError } from "../core/errors.ts";
import { datasetLabels } from "../core/outcome-table.ts";
import type { OutcomeTable } from "../core/outcome-table.ts";
import type { CompareOptions } from "./compare-options.ts";
import { splitTable } from "./split.ts";

/** @throws UsageError naming the data sets that have test prompts in some seeds only: small ones whose prompts repeat */
export function checkTestedSets(table: OutcomeTable, { split, seeds }: Pick<CompareOptions, "split" | "seeds">): void {
  if (seeds.length < 2) return;
  const testedIn = new Int32Array(table.datasets.length);
  for (const seed of seeds) {
    const tested = new Set(Array.from(splitTable(table, split, seed).test, (r) => table.datasetOf[r]!));
    for (const d of tested) testedIn[d]! += 1;
  }
  const labels = datasetLabels(table.datasets);
  const partly = labels.filter((_, d) => testedIn[d]! > 0 && testedIn[d]! < seeds.length);
  if (partly.length === 0) return;
  const ids = table.datasets.flatMap(({ dataset }, d) => (partly.includes(labels[d]!) ? [dataset] : []));
  throw new UsageError({
    problem: `too few different prompts: some seeds leave none to test of ${partly.join(", ")}`,
    where: "data sets",
    mend: `Leave them out: --exclude-datasets ${[...new Set(ids)].join(",")}.`,
  });
}
