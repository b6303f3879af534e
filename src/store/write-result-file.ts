/** Writes result files in the LLMRouterBench layout, atomically. */
import { dirname, join } from "node:path";
import { SignalboxError } from "../core/errors.ts";
import { writeFileAtomic } from "./atomic-write.ts";
import { makeFolder } from "./make-folder.ts";

export interface ResultRecord {
  readonly index: number;
  readonly origin_query: string;
  readonly prompt: string;
  /** null = not known, as are the next two */
  readonly prompt_tokens: number | null;
  readonly completion_tokens: number | null;
  readonly cost: number | null;
  readonly score: number | null;
  readonly prediction: string;
  readonly ground_truth: string;
  readonly raw_output: string;
  /** what was asked for, who answered; of a hosted router also when (ISO 8601) */
  readonly requested_model?: string;
  readonly served_model?: string;
  readonly asked_at?: string;
  readonly extra_fields?: Readonly<Record<string, unknown>>;
}

/** One (data set, split, model) run. `stamp` is YYYYMMDD_HHMMSS. */
export interface ResultFile {
  readonly dataset: string;
  readonly split: string;
  readonly model: string;
  readonly stamp: string;
  readonly records: readonly ResultRecord[];
}

/**
 * Writes `results/bench/<dataset>/<split>/<model>/<dataset>-<split>-<model>-<stamp>.json` below `root`.
 * @returns the path written
 */
export async function writeResultFile(
  root: string,
  { dataset, split, model, stamp, records }: ResultFile,
): Promise<string> {
  const name = `${dataset}-${split}-${model}-${stamp}.json`;
  const path = join(root, "results", "bench", dataset, split, model, name);
  const scores = records.map(({ score }) => score).filter((score) => score !== null);
  const total = (of: (record: ResultRecord) => number | null): number =>
    records.reduce((sum, record) => sum + (of(record) ?? 0), 0);
  const head = {
    performance: scores.length === 0 ? null : scores.reduce((sum, score) => sum + score, 0) / scores.length,
    time_taken: 0,
    prompt_tokens: total(({ prompt_tokens }) => prompt_tokens),
    completion_tokens: total(({ completion_tokens }) => completion_tokens),
    cost: total(({ cost }) => cost),
    counts: records.length,
    model_name: model,
    dataset_name: dataset,
    split,
    demo: false,
    records,
  };
  try {
    await makeFolder(dirname(path));
  } catch (cause) {
    const mend = `Check that ${root} may be written.`;
    throw new SignalboxError({ problem: "cannot be written", where: dirname(path), mend, cause });
  }
  await writeFileAtomic(path, `${JSON.stringify(head)}\n`);
  return path;
}
