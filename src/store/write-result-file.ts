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
  /** of several answers to each prompt those of this number; 0, the first, does not stand in the file */
  readonly sample?: number | undefined;
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

/** The file's text. The totals stand before the records, so a file too long to hold is gone through twice. */
async function* pieces(file: ResultFile | ResultStream): AsyncGenerator<string | Uint8Array> {
  const { dataset, split, model, sample = 0 } = file;
  const totals = new Totals();
  const held = await heldPieces(file, totals);
  const head = {
    ...totals.fields(),
    model_name: model,
    dataset_name: dataset,
    split,
    demo: false,
    ...(sample > 0 && { sample }),
  };
  yield `${JSON.stringify(head).slice(0, -1)},"records":[`;
  yield* held ?? recordPieces(file, new Totals());
  yield "]}\n";
}

/** Bytes of pieces that are held. */
const mostHeld = 2 ** 26;

/** All pieces, added up; undefined where they are too many to hold. */
async function heldPieces(file: ResultFile | ResultStream, totals: Totals): Promise<Uint8Array[] | undefined> {
  let held: Uint8Array[] | undefined = [];
  let length = 0;
  for await (const piece of recordPieces(file, totals)) {
    length += piece.length;
    if (length > mostHeld) held = undefined;
    held?.push(piece);
  }
  return held;
}

const pieceLength = 2 ** 16;

/** As bytes: a text that was added up keeps all its parts alive, each on its own. */
async function* recordPieces(file: ResultFile | ResultStream, totals: Totals): AsyncGenerator<Uint8Array> {
  let text = "";
  let comma = "";
  for await (const record of typeof file.records === "function" ? file.records() : file.records) {
    totals.add(record);
    text += comma + JSON.stringify(record);
    comma = ",";
    if (text.length < pieceLength) continue;
    yield Buffer.from(text);
    text = "";
  }
  yield Buffer.from(text);
}

const amounts = ["prompt_tokens", "completion_tokens", "cost"] as const;

/** The fields a file begins with: sums of what is known, null where no record says anything. */
class Totals {
  readonly #known = { score: 0, prompt_tokens: 0, completion_tokens: 0, cost: 0 };
  readonly #sums = { score: 0, prompt_tokens: 0, completion_tokens: 0, cost: 0 };
  #counts = 0;

  add(record: ResultRecord): void {
    this.#counts++;
    for (const field of ["score", ...amounts] as const) {
      const value = record[field];
      if (value === null) continue;
      this.#known[field]++;
      this.#sums[field] += value;
    }
  }

  fields(): object {
    const { score: scored } = this.#known;
    const performance = scored === 0 ? null : this.#sums.score / scored;
    const sums = Object.fromEntries(
      amounts.map((field) => [field, this.#known[field] === 0 ? null : this.#sums[field]]),
    );
    // How many records each sum leaves out, so that it is not taken for all of it.
    const without = amounts.filter((field) => this.#known[field] > 0 && this.#known[field] < this.#counts);
    const records_without = Object.fromEntries(without.map((field) => [field, this.#counts - this.#known[field]]));
    const counts = this.#counts;
    return { performance, time_taken: 0, ...sums, counts, ...(without.length > 0 && { records_without }) };
  }
}
