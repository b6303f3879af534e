/**
 * Dataset-best and dataset-oracle: for each data set the one model that is best on it. Both are told which data set a
 * query comes from, so neither is ranked. `dataset-best` picks on the training rows; `dataset-oracle` (the paper's
 * "Max Expert") picks on the very rows it is scored on, and the gap from it to the oracle is what routing by prompt,
 * rather than by task, could add.
 */
import { z } from "zod";
import { FitError } from "../core/errors.ts";
import { defineRouter } from "../core/router.ts";
import type { Estimate, RouterQuery, TrainTable } from "../core/router.ts";
import type { Matrix } from "../math/matrix.ts";
import { row } from "../math/matrix.ts";
import { meanByDataset, meanCostUsd, trainAvgAcc } from "./mean-outcome.ts";

interface State {
  /** [D + 1, m]; the last row is the average over data sets, for queries of a data set not seen in training */
  readonly quality: Matrix;
  readonly costUsd: Matrix;
}

function fitByDataset(train: TrainTable): State {
  const m = train.models.length;
  const quality = new Float64Array((train.datasets + 1) * m);
  quality.set(meanByDataset(train, "score"));
  quality.set(trainAvgAcc(train), train.datasets * m);
  const costUsd = new Float64Array((train.datasets + 1) * m);
  costUsd.set(meanByDataset(train, "costUsd"));
  costUsd.set(meanCostUsd(train), train.datasets * m);
  return {
    quality: { rows: train.datasets + 1, cols: m, data: quality },
    costUsd: { rows: train.datasets + 1, cols: m, data: costUsd },
  };
}

function estimateByDataset({ quality, costUsd }: State, { revealed }: RouterQuery): Estimate {
  if (!revealed)
    throw new FitError({ problem: "this router must be told the data set of a query, so it cannot serve" });
  const known = revealed.dataset >= 0 && row(quality, revealed.dataset).some((q) => !Number.isNaN(q));
  const line = known ? revealed.dataset : quality.rows - 1;
  return { quality: row(quality, line), costUsd: row(costUsd, line) };
}

export const datasetBest = defineRouter({
  name: "dataset-best",
  summary: "The training part's best model for the query's data set; is told the data set.",
  source: "signalbox; the fair form of LLMRouterBench's Max Expert",
  cheats: "task-label",
  options: z.strictObject({}),
  stateShape: { quality: "f64[D + 1, m]", costUsd: "f64[D + 1, m]" },
  fit: fitByDataset,
  estimate: estimateByDataset,
});

export const datasetOracle = defineRouter({
  name: "dataset-oracle",
  summary: "The test part's best model for the query's data set: what knowing the task alone could give.",
  source: 'LLMRouterBench, arXiv 2601.07206 ("Max Expert")',
  cheats: true,
  options: z.strictObject({}),
  stateShape: { quality: "f64[D + 1, m]", costUsd: "f64[D + 1, m]" },
  fit: fitByDataset,
  estimate: estimateByDataset,
});
