/** Cross-validation folds of a training table: stratified by data set, prompts of one text kept together. */
import { selectTableRows } from "../core/outcome-table.ts";
import type { FitContext, TrainTable } from "../core/router.ts";
import { selectRows } from "../math/matrix.ts";
import { permutation } from "../math/random.ts";
import type { Random } from "../math/random.ts";

export interface Fold {
  /** the held rows, as rows of the whole table */
  readonly rows: Int32Array;
  readonly train: TrainTable;
  readonly held: TrainTable;
  readonly context: FitContext;
}

/** `count` folds; each row is held out once. Same seed and router, same folds. */
export function crossValidationFolds(train: TrainTable, count: number, context: FitContext, router: string): Fold[] {
  const foldOf = assignFolds(train, count, context.random(router, "folds"));
  return Array.from({ length: count }, (_, fold) => {
    const rows = rowsWhere(foldOf, (f) => f === fold);
    return {
      rows,
      train: trainRows(
        train,
        rowsWhere(foldOf, (f) => f !== fold),
      ),
      held: trainRows(train, rows),
      context: foldContext(context, fold, router),
    };
  });
}

/**
 * [n] fold of each row: the groups of every data set are shuffled and dealt out in turn. A text that stands in several
 * data sets keeps the fold of the first, so no text is both trained on and held out.
 */
function assignFolds({ datasetOf, datasets, outcomes }: TrainTable, count: number, random: Random): Int32Array {
  const foldOfGroup = new Map<number, number>();
  for (let d = 0; d < datasets; d++) {
    const inDataset = new Set(outcomes.groupOf.filter((_, i) => datasetOf[i] === d));
    const groups = [...inDataset].filter((group) => !foldOfGroup.has(group));
    permutation(groups.length, random).forEach((place, position) => {
      foldOfGroup.set(groups[place]!, position % count);
    });
  }
  return Int32Array.from(outcomes.groupOf, (group) => foldOfGroup.get(group)!);
}

function rowsWhere(foldOf: Int32Array, wanted: (fold: number) => boolean): Int32Array {
  return Int32Array.from(foldOf.keys()).filter((i) => wanted(foldOf[i]!));
}

function trainRows(train: TrainTable, rows: Int32Array): TrainTable {
  return {
    models: train.models,
    datasetOf: rows.map((i) => train.datasetOf[i]!),
    datasets: train.datasets,
    embeddings: selectRows(train.embeddings, rows),
    score: selectRows(train.score, rows),
    costUsd: selectRows(train.costUsd, rows),
    promptTokens: Float64Array.from(rows, (i) => train.promptTokens[i]!),
    prompts: Array.from(rows, (i) => train.prompts[i]!),
    outcomes: selectTableRows(train.outcomes, rows),
  };
}

/** A context of its own for other rows: what the whole table shares must not reach a fold, nor the other way about. */
function foldContext(context: FitContext, fold: number, router: string): FitContext {
  const kept = new Map<string, unknown>();
  return {
    seed: context.seed,
    signal: context.signal,
    random: (...purpose) => context.random(router, `fold ${fold}`, ...purpose),
    shared<T>(key: string, compute: () => T): T {
      if (!kept.has(key)) kept.set(key, compute());
      return kept.get(key) as T;
    },
  };
}
