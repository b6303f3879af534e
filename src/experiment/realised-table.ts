/** What choosing a model really gives: the outcomes an oracle is fitted on, so that it is the best of what it can get. */
import { cellStatus } from "../core/outcome-table.ts";
import type { OutcomeTable } from "../core/outcome-table.ts";
import { matrix } from "../math/matrix.ts";
import { replayColumn } from "../metrics/baselines.ts";
import { availability } from "./query-view.ts";

/**
 * The table with every cell as a pick of it is scored and billed: a failed or missing one scores 0. A model without
 * any record in a data set stays missing there.
 */
export function realisedTable(table: OutcomeTable): OutcomeTable {
  const m = table.models.length;
  const available = availability(table);
  const score = matrix(table.prompts.length, m);
  const costUsd = matrix(table.prompts.length, m);
  const status = new Uint8Array(table.status.length);
  table.models.forEach((_, j) => {
    const replay = replayColumn(table, j);
    table.datasetOf.forEach((d, i) => {
      const missing = available[d]?.[j] === 0;
      score.data[i * m + j] = missing ? NaN : replay.score[i]!;
      costUsd.data[i * m + j] = missing ? NaN : replay.costUsd[i]!;
      status[i * m + j] = missing ? cellStatus.missing : cellStatus.scored;
    });
  });
  return { ...table, score, costUsd, status };
}
