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

/** As `ResultFile`, with records that are made when asked for, more than once: they need not fit into memory together. */
export interface ResultStream extends Omit<ResultFile, "records"> {
  readonly records: () => AsyncIterable<ResultRecord>;
}

/**
 * Writes `results/bench/<dataset>/<split>/<model>/<dataset>-<split>-<model>-<stamp>.json` below `root`.
 * @returns the path written
 */
export async function writeResultFile(root: string, file: ResultFile | ResultStream): Promise<string> {
  const { dataset, split, model, stamp } = file;
  const name = `${dataset}-${split}-${model}-${stamp}.json`;
  const path = join(root, "results", "bench", dataset, split, model, name);
  try {
    await makeFolder(dirname(path));
  } catch (cause) {
    const mend = `Check that ${root} may be written.`;
    throw new SignalboxError({ problem: "cannot be written", where: dirname(path), mend, cause });
  }
  await writeFileAtomic(path, pieces(file));
  return path;
}

/** The file's text: the totals stand before the records, so these are gone through twice. */
async function* pieces({ dataset, split, model, records: given }: ResultFile | ResultStream): AsyncGenerator<string> {
  const records = typeof given === "function" ? given : () => given;
  const head = { ...(await totalsOf(records())), model_name: model, dataset_name: dataset, split, demo: false };
  let text = `${JSON.stringify(head).slice(0, -1)},"records":[`;
  let comma = "";
  for await (const record of records()) {
    text += comma + JSON.stringify(record);
    comma = ",";
    if (text.length < pieceLength) continue;
    yield text;
    text = "";
  }
  yield `${text}]}\n`;
}

const pieceLength = 2 ** 18;

/** The fields a file begins with. */
async function totalsOf(records: AsyncIterable<ResultRecord> | Iterable<ResultRecord>): Promise<object> {
  const totals = { prompt_tokens: 0, completion_tokens: 0, cost: 0, counts: 0 };
  let [scored, scores] = [0, 0];
  for await (const { score, prompt_tokens, completion_tokens, cost } of records) {
    if (score !== null) {
      scored++;
      scores += score;
    }
    totals.prompt_tokens += prompt_tokens ?? 0;
    totals.completion_tokens += completion_tokens ?? 0;
    totals.cost += cost ?? 0;
    totals.counts++;
  }
  return { performance: scored === 0 ? null : scores / scored, time_taken: 0, ...totals };
}
