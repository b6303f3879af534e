/**
 * The data-set contract: where the rows come from and under which terms, what a row asks, what is right, how an answer
 * is scored. Declarative: one short file per set, no I/O. Loading is the store's, asking the collector's, scoring the
 * scoring room's matter.
 *
 *     row ──schema──▶ toItem ──▶ prompt ──▶ model ──▶ response
 *                        └─ truth, record, choices ──▶ evaluator ──▶ score
 */
import type { z } from "zod";
import type { Answered } from "./evaluator.ts";
import { fillTemplate } from "./fill-template.ts";
import type { Item } from "./item.ts";

export interface SourceFile {
  /** inside the repository, or a file name for an address; a json object is one row, a text file is one row of its text */
  readonly path: string;
  readonly format: "jsonl" | "json" | "csv" | "tsv" | "parquet" | "text";
  /** full address where it does not follow from the home */
  readonly url?: string;
  readonly sha256?: string;
  readonly bytes?: number;
  /** address of a zip or tar.gz that holds `path`, where the source is packed */
  readonly archive?: string;
}

/** The rows of one source file, before any is checked. */
export interface SourceRows {
  readonly path: string;
  readonly rows: readonly unknown[];
}

/** The documented home of a data set. */
export interface DatasetSource {
  /** `file`: the user's own, on this machine */
  readonly kind: "huggingface" | "github" | "http" | "file";
  /** the page a person reads; the path of a file */
  readonly home: string;
  /** "owner/name" on the hub or GitHub; absent for `http` */
  readonly repository?: string;
  /** commit, tag or branch */
  readonly revision: string;
}

export interface DatasetSplit {
  readonly files: readonly SourceFile[];
  /** rows after the subset rule; undefined = the source does not say */
  readonly expected: number | undefined;
  /** which rows of the files, in words; absent = all */
  readonly subset?: string;
  /** the rule itself, where rows decide it */
  readonly keep?: (row: unknown) => boolean;
  readonly sample?: Sample;
}

/** A seeded draw, where the subset is a sample. */
export interface Sample {
  readonly count: number;
  readonly seed: number;
  /** the row's field whose values all stand in the sample: by their share of the rows, or equally many of each */
  readonly stratum?: string;
  readonly shares?: "proportional" | "equal";
}

/** A data set's family and the family's options. */
export interface Scorer {
  readonly evaluator: string;
  /** checked by the evaluator's schema */
  readonly options?: Readonly<Record<string, unknown>>;
}

/** Figures of a whole set beside the mean score; computed by the scoring room. */
export type SetMetric =
  | "accuracy"
  | "weighted-f1"
  | "calibration-error"
  | "simpleqa-f1"
  | "arena-win-rate"
  | "pass-at-k";

export interface PromptOptions {
  /** the user's own wording, with {{query}}, {{choices}}, {{letters}}, {{id}} and {{record.FIELD}} */
  readonly template?: string | undefined;
}

export interface DatasetDefinition<Row = any> {
  /** kebab-case, unique: the name of its vector file */
  readonly id: string;
  /** other names in use (the reference's id, the hub's) that differ in more than case and separators */
  readonly aliases: readonly string[];
  readonly title: string;
  /** One or two sentences for people. */
  readonly description: string;
  readonly source: DatasetSource;
  /** SPDX id where there is one, else the source's words */
  readonly licence: string;
  /** whether the licence and its authors allow the rows in a repository */
  readonly redistributable: boolean;
  /** how to get access, when it is not open to all */
  readonly gated?: string;
  /** It checks a reader with vectors and has no rows of its own: no model is asked. */
  readonly vectorsOnly?: true;
  /** the first is the default; no name may be a number, which JavaScript would put first */
  readonly splits: Readonly<Record<string, DatasetSplit>>;
  /**
   * Rows as `schema` wants them, where one needs its neighbours, another file or its file's name (dialogues, rules, task
   * names). Absent = the files' rows one after the other.
   */
  readonly gather?: (files: readonly SourceRows[]) => unknown[];
  /** one row as the source writes it, or as `gather` gives it; only the fields that are read */
  readonly schema: z.ZodType<Row>;
  /** `position` from 1, for sources without ids */
  readonly toItem: (row: Row, position: number) => Item;
  /** The user message. Pure. In our own words; raise `promptVersion` with any change. */
  readonly prompt: (item: Item, options?: PromptOptions) => string;
  readonly promptVersion: number | string;
  /** The family, or the family by row where kinds are mixed. */
  readonly scorer: Scorer | ((answered: Answered) => Scorer);
  /**
   * What the key and the record's fields mean, for answers that come without an `Item` (stored results, vectors): the
   * lettered choices, the key as a letter. Must leave what `toItem` made as it is. Absent = as given.
   */
  readonly key?: (answered: Answered) => Answered;
  /** the first is the headline */
  readonly metrics: readonly SetMetric[];
  /** A response that must score 1: from the key or the canonical solution. Run on the first rows of every load. */
  readonly selfCheck: (row: Row) => string;
  /** A made-up row that fits the schema, for tests, docs and previews offline. */
  readonly example: Row;
}

/** Fills the defaults of a data set: accuracy as its metric, no aliases, prompts that a user's template replaces. */
export function defineDataset<Row>(
  definition: Omit<DatasetDefinition<Row>, "aliases" | "metrics" | "promptVersion"> &
    Partial<Pick<DatasetDefinition<Row>, "aliases" | "metrics" | "promptVersion">>,
): DatasetDefinition<Row> {
  const own = definition.prompt;
  return {
    aliases: [],
    metrics: ["accuracy"],
    promptVersion: 1,
    ...definition,
    prompt: (item, options = {}) =>
      options.template === undefined ? own(item, options) : fillTemplate(options.template, item),
  };
}
