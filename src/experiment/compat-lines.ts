/** Under the reference's own split its own reference lines stand: same names, its rules, its flaws. */
import type { Replay } from "../core/metric.ts";
import { selectTableRows } from "../core/outcome-table.ts";
import type { OutcomeTable } from "../core/outcome-table.ts";
import { replayDatasetOracleCompat, replayOracleCompat, replayRandomCompat } from "../metrics/compat-baselines.ts";
import type { SeedRun } from "./seed-run.ts";

const lines: Readonly<Record<string, (rows: OutcomeTable) => Replay>> = {
  random: (rows) => replayRandomCompat(rows),
  oracle: replayOracleCompat,
  "dataset-oracle": replayDatasetOracleCompat,
};

/** The runs with Random, Max Expert and Oracle replayed as the reference does; what else they hold stays. */
export function withCompatLines(table: OutcomeTable, runs: readonly SeedRun[]): SeedRun[] {
  return runs.map((run) => {
    const rows = selectTableRows(table, run.split.test);
    return {
      ...run,
      routers: run.routers.map((router) => {
        const line = lines[router.label];
        return line ? { ...router, replay: line(rows), sweep: undefined } : router;
      }),
    };
  });
}
