/** Results of an official harness as a result file of ours, scored by the data set's own rule: partial credit is none. */
import { UsageError } from "../../core/errors.ts";
import { datasetByName } from "../../datasets/registry.ts";
import { writeResultFile } from "../../store/write-result-file.ts";
import type { ResultRecord } from "../../store/write-result-file.ts";
import { scoreAnswer } from "../score-answer.ts";
import type { HarnessResults } from "./harness-task.ts";
import { requireSameNumbers } from "./require-same-numbers.ts";
import { sweBenchResults } from "./swe-bench-results.ts";
import { taskNumbers } from "./task-numbers.ts";
import { tau2Results } from "./tau2-results.ts";

export const harnessNames = ["swe-bench", "tau2-bench"] as const;
export type HarnessName = (typeof harnessNames)[number];

const readers: Readonly<Record<HarnessName, (path: string) => Promise<HarnessResults>>> = {
  "swe-bench": sweBenchResults,
  "tau2-bench": tau2Results,
};

export interface ImportHarnessOptions {
  readonly output: string;
  /** instead of the name in the results */
  readonly model?: string | undefined;
  /** the rows of the set in its order: what each task asks, by id. Numbers the tasks, too. */
  readonly queries?: ReadonlyMap<string, string> | undefined;
  /** The clock: names the file. */
  readonly now: () => Date;
}

export interface ImportedHarness {
  readonly path: string;
  readonly dataset: string;
  readonly split: string;
  readonly model: string;
  readonly scored: number;
  /** mean score; NaN when nothing was scored */
  readonly mean: number;
  /** infrastructure failed: unscored, not 0 */
  readonly failed: number;
  /** in the set, but not tried */
  readonly untried: number;
}

/**
 * @throws UsageError when no model is named, or the results list only some tasks and the set's rows are not given; DataError for
 *   what is no result of the harness, and where another model's results number their tasks otherwise
 */
export async function importHarnessResults(
  harness: HarnessName,
  path: string,
  { output, model: named, queries, now }: ImportHarnessOptions,
): Promise<ImportedHarness> {
  const results = await readers[harness](path);
  const model = named ?? results.model;
  if (model === "") {
    throw new UsageError({ problem: "the results name no model", where: path, mend: "Name it: --model NAME" });
  }
  const records = await recordsOf(results, queries, taskNumbers(results, queries?.keys(), path));
  const { dataset, split } = results;
  const stamp = now().toISOString().slice(0, 19).replaceAll(/[-:]/g, "").replace("T", "_");
  const folderName = model.replaceAll(/[/\\]/g, "__");
  await requireSameNumbers(output, { dataset, split, model: folderName, records });
  const written = await writeResultFile(output, { dataset, split, model: folderName, stamp, records });
  const scores = records.flatMap(({ score }) => score ?? []);
  return {
    path: written,
    dataset,
    split,
    model: folderName,
    scored: scores.length,
    mean: scores.reduce((sum, score) => sum + score, 0) / scores.length,
    failed: records.length - scores.length,
    untried: results.tasks.length - records.length,
  };
}

/** Of the tasks that were tried. */
async function recordsOf(
  { dataset: name, tasks, version }: HarnessResults,
  queries: ReadonlyMap<string, string> | undefined,
  numbers: ReadonlyMap<string, number>,
): Promise<ResultRecord[]> {
  const dataset = datasetByName(name);
  const records = tasks.map(async ({ id, query, report, costUsd }): Promise<ResultRecord | undefined> => {
    const index = numbers.get(id);
    if (!report || index === undefined) return undefined;
    const raw_output = JSON.stringify(report);
    const { score, status, prediction, detail } = await scoreAnswer(dataset, {
      response: raw_output,
      truth: null,
      record: {},
    });
    const asked = queries?.get(id) || query || id;
    return {
      index,
      origin_query: asked,
      prompt: asked,
      prompt_tokens: null,
      completion_tokens: null,
      cost: Number.isNaN(costUsd) ? null : costUsd,
      score: Number.isNaN(score) ? null : score,
      prediction,
      ground_truth: "",
      raw_output,
      extra_fields: { task: id, status, ...(detail !== undefined && { detail }), harness: { name, version } },
    };
  });
  return (await Promise.all(records)).filter((record) => record !== undefined);
}
