/** What the comparison says of data sets that nothing was trained on. */
import type { Report } from "../core/report.ts";
import { share } from "./analyses/wording.ts";

/**
 * One sentence for each: the router that leads the whole table against the best single model, there. Not the best router
 * there, which would be the luckiest of many.
 * @param ranked the routers that compete, best-single among them
 */
export function oodFindings(
  datasets: Report["data"]["datasetReports"],
  ranked: Report["routers"],
  bestSingle: string,
): string[] {
  const single = ranked.find(({ name }) => name === "best-single");
  const [leader] = ranked
    .filter((router) => router !== single)
    .toSorted((a, b) => (b.avgAcc.mean ?? -Infinity) - (a.avgAcc.mean ?? -Infinity));
  return datasets.flatMap(({ label, ood }, d) => {
    const there = single?.accuracyByDataset[d];
    const lead = leader?.accuracyByDataset[d];
    if (!ood || !leader || there === undefined || lead === undefined || there === null || lead === null) return [];
    return [
      `${label}, never trained on: ${leader.name} ${share(lead)} %, best single model (${bestSingle}) ${share(there)} %.`,
    ];
  });
}
