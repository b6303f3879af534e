/** What a model that joins is known by: its column of a table, read as a fit would read it. */
import type { OutcomeTable } from "../core/outcome-table.ts";
import type { JoiningModel } from "../core/router.ts";
import type { Matrix32 } from "../math/matrix.ts";
import { selectTableModels } from "../core/outcome-table.ts";
import { trainTable } from "./train-table.ts";

/**
 * The outcomes of one model on the given rows. A failed call scores 0 and teaches no price, as in `trainTable`.
 * @param rows of the table, one a prompt it joins with
 * @param embeddings [rows, d] of those prompts
 */
export function newcomerOutcomes(
  table: OutcomeTable,
  column: number,
  rows: Int32Array,
  embeddings: Matrix32,
): Omit<JoiningModel, "trainRows"> {
  const alone = trainTable(selectTableModels(table, Int32Array.of(column)), rows, undefined);
  return {
    model: alone.models[0]!,
    embeddings,
    prompts: alone.prompts,
    score: alone.score.data,
    costUsd: alone.costUsd.data,
  };
}
