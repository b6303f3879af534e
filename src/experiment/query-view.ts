/** Rows to route, as queries: what a router may see of them, and what only a cheating one may. */
import { cellStatus, selectTableRows } from "../core/outcome-table.ts";
import type { OutcomeTable } from "../core/outcome-table.ts";
import type { Cheats, RevealedOutcome, RouterQuery } from "../core/router.ts";
import { matrix32, row, selectRows } from "../math/matrix.ts";
import type { Matrix32 } from "../math/matrix.ts";

export interface QueryView {
  /** the rows' outcomes, for whoever scores the choices; never handed to an honest router */
  readonly table: OutcomeTable;
  /** [n, d] */
  readonly embeddings: Matrix32;
  query(i: number, cheats: Cheats): RouterQuery;
}

/**
 * @param unavailable per data set, the models that have no record there at all; they may not be chosen
 */
export function queryView(
  table: OutcomeTable,
  rows: Int32Array,
  embeddings: Matrix32 | undefined,
  unavailable: readonly (Uint8Array | undefined)[],
): QueryView {
  const outcomes = selectTableRows(table, rows);
  const vectors = embeddings ? selectRows(embeddings, rows) : matrix32(rows.length, 0);
  return {
    table: outcomes,
    embeddings: vectors,
    query(i, cheats) {
      const allowed = unavailable[outcomes.datasetOf[i]!];
      return {
        embedding: row(vectors, i),
        text: outcomes.prompts[i]!,
        promptTokens: NaN,
        ...(allowed && { allowed }),
        ...(cheats !== false && { revealed: reveal(outcomes, i, cheats) }),
      };
    },
  };
}

/** A router that is told the task learns the data set and nothing of the outcomes. */
function reveal(table: OutcomeTable, i: number, cheats: Cheats): RevealedOutcome {
  const m = table.models.length;
  if (cheats === "task-label") {
    const nothing = new Float64Array(m).fill(NaN);
    return { dataset: table.datasetOf[i]!, score: nothing, costUsd: nothing, status: new Uint8Array(m) };
  }
  return {
    dataset: table.datasetOf[i]!,
    score: row(table.score, i),
    costUsd: row(table.costUsd, i),
    status: table.status.subarray(i * m, (i + 1) * m),
  };
}

/** Per data set [m] with 1 = available, or undefined where every model has at least one record, or none has. */
export function availability(table: OutcomeTable): (Uint8Array | undefined)[] {
  const m = table.models.length;
  const seen = table.datasets.map(() => new Uint8Array(m));
  table.status.forEach((status, cell) => {
    if (status !== cellStatus.missing) seen[table.datasetOf[Math.floor(cell / m)]!]![cell % m] = 1;
  });
  return seen.map((flags) => (flags.every((flag) => flag === flags[0]) ? undefined : flags));
}
