/**
 * Reads the collector's configuration of LLMRouterBench (config/data_collector_*.yaml) as one of ours, with its own defaults.
 * What has no counterpart here is named, never dropped in silence. Spec of the data §3.2.
 */
import { basename, dirname } from "node:path";
import { z } from "zod";
import { UsageError } from "../core/errors.ts";
import { plural } from "../core/plural.ts";
import type { Price } from "../prices/price.ts";
import { checkedYaml, placeIn } from "../store/yaml-file.ts";
import type { YamlFile } from "../store/yaml-file.ts";
import type { CollectConfigInput } from "./config-schema.ts";

const noSlash = z
  .string()
  .min(1)
  .regex(/^[^/\\]+$/);
const rate = z.number().min(0);

/** `null` stands for "not given" there. */
const model = z.looseObject({
  name: noSlash,
  api_model_name: z.string().min(1),
  base_url: z.string().min(1),
  api_key: z.string().nullish(),
  temperature: z.number().min(0).default(0),
  top_p: z.number().min(0).max(1).default(1),
  timeout: z.number().positive().default(500),
  generator_type: z.enum(["direct", "multimodal", "embedding"]).default("direct"),
  reasoning_effort: z.string().nullish(),
  extra_body: z.record(z.string(), z.unknown()).nullish(),
  pricing: z
    .looseObject({ prompt_price_per_million: rate.optional(), completion_price_per_million: rate.optional() })
    .nullish(),
  extract_fields: z.record(z.string(), z.string()).nullish(),
});

const dataset = z.looseObject({
  dataset_id: noSlash,
  splits: z.array(noSlash).nullish(),
  // Ours: there, a data set is known by its id alone.
  path: z.string().min(1).optional(),
  map: z.record(z.string(), z.string()).optional(),
});

const run = z.looseObject({
  kind: z.string().default("bench"),
  output_dir: z.string().default("./results"),
  overwrite: z.boolean().default(false),
  concurrency: z.int().positive().default(8),
  log_level: z.string().optional(),
  demo_mode: z.boolean().default(false),
  demo_limit: z.int().positive().default(10),
});

const referenceSchema = z.looseObject({
  models: z.array(model).min(1),
  datasets: z.array(dataset).min(1),
  run: run.prefault({}),
  cache: z.looseObject({ enabled: z.boolean().default(false) }).nullish(),
  grader_cache: z.looseObject({}).nullish(),
});

type Reference = z.infer<typeof referenceSchema>;
type ReferenceModel = Reference["models"][number];

/** Whether a file is one of these: a list of models with `api_model_name`, and no version of ours. */
export function isReferenceConfig({ content }: YamlFile): boolean {
  const { schemaVersion, models } = Object(content) as { schemaVersion?: unknown; models?: unknown };
  if (schemaVersion !== undefined || !Array.isArray(models)) return false;
  return models.some((entry: unknown) => "api_model_name" in (Object(entry) as object));
}

/** @throws UsageError with file, line and column; for a data set without a path */
export function referenceConfigOf(file: YamlFile): { input: CollectConfigInput; notes: string[] } {
  const reference = checkedYaml(file, referenceSchema);
  const asked = reference.models.filter((one) => one.generator_type === "direct");
  if (asked.length === 0)
    throw new UsageError({
      problem: "names no model that chats in text",
      where: file.path,
      mend: "generator_type: direct is what is collected here.",
    });
  const day = new Date().toISOString().slice(0, 10);
  const source = `pricing in ${basename(file.path)}`;
  const timeouts = asked.map(({ timeout }) => timeout);
  const input: CollectConfigInput = {
    schemaVersion: 1,
    output: outputOf(reference.run.output_dir),
    datasets: datasetsOf(file, reference),
    models: asked.map((one) => modelOf(one, reference.run.concurrency)),
    prices: Object.fromEntries(asked.flatMap((one) => priceOf(one, source, day))),
    // Theirs is MySQL, ours a folder; whether answers are taken from one is honoured.
    ...(reference.cache?.enabled === false && { cache: "off" }),
    run: { totalSeconds: Math.max(...timeouts), firstByteSeconds: Math.max(...timeouts) },
  };
  return { input, notes: notesOn(reference, input.output ?? "") };
}

/** Result files go to OUTPUT/results/bench here and to OUTPUT/bench there: for a folder named results that is one place. */
function outputOf(folder: string): string {
  return basename(folder) === "results" ? dirname(folder) : folder;
}

function modelOf(one: ReferenceModel, concurrency: number): CollectConfigInput["models"][number] {
  const { api_key: key, reasoning_effort: effort, extra_body: extraBody } = one;
  return {
    name: one.name,
    model: one.api_model_name,
    baseUrl: one.base_url,
    ...(wantsKey(key) && { keyEnv: variableOf(key) }),
    concurrency,
    parameters: {
      temperature: one.temperature,
      topP: one.top_p,
      ...(effort && { reasoningEffort: effort }),
      ...(extraBody && Object.keys(extraBody).length > 0 && { extraBody }),
    },
  };
}

/** Servers on one's own machine want none, but that format wants something written there. */
function wantsKey(key: string | null | undefined): key is string {
  return typeof key === "string" && !/^(?:|empty|none|null|dummy)$/i.test(key);
}

function variableOf(key: string): string {
  return /^(?:\$\{?|os\.environ\/)?(.*?)\}?$/.exec(key)?.[1] ?? key;
}

function priceOf({ name, pricing }: ReferenceModel, source: string, asOf: string): [string, Price][] {
  const { prompt_price_per_million: input, completion_price_per_million: output } = pricing ?? {};
  if (input === undefined || output === undefined) return [];
  return [[name, { inputPerMillionUsd: input, outputPerMillionUsd: output, source, asOf }]];
}

function datasetsOf(
  file: YamlFile,
  { datasets, run: { demo_mode: demo, demo_limit: limit } }: Reference,
): CollectConfigInput["datasets"] {
  return datasets.flatMap(({ dataset_id: id, splits, path, map }, i) => {
    if (path === undefined) throw withoutPath(file, id, i);
    const names = splits && splits.length > 0 ? splits : ["test"];
    return names.map((split) => ({ id, split, path, ...(map && { map }), ...(demo && { limit }) }));
  });
}

function withoutPath(file: YamlFile, id: string, entry: number): UsageError {
  const node = file.document.getIn(["datasets", entry, "dataset_id"], true) as { range?: [number] } | undefined;
  return new UsageError({
    problem: `the data set "${id}" has no file of prompts; a data set is not known by its id alone`,
    where: placeIn(file, node?.range?.[0] ?? 0),
    mend: `Add a line below it, e.g. path: ${id}.jsonl (.csv, .jsonl, .parquet, or a folder of results).`,
  });
}

function notesOn(reference: Reference, output: string): string[] {
  const { models, run: options, cache } = reference;
  const left = models.filter((one) => one.generator_type !== "direct");
  const fields = models.filter((one) => Object.keys(one.extract_fields ?? {}).length > 0);
  const timeouts = new Set(models.map(({ timeout }) => timeout));
  const notes: (string | false)[] = [
    ...left.map((one) => `model ${one.name} is left out: generator_type ${one.generator_type} is not collected here`),
    fields.length > 0 &&
      `extract_fields is not read (${plural(fields.length, "model")}): tokens, finish reason and times are kept anyway`,
    timeouts.size > 1 && "timeout differs by model: the longest holds for all",
    options.overwrite &&
      "run.overwrite is not read: what the journal holds is not asked again; collect into another folder to do so",
    options.kind !== "bench" && `run.kind ${options.kind} is not read: results are of the kind bench`,
    options.log_level !== undefined && "run.log_level is not read: use --quiet",
    options.demo_mode &&
      `run.demo_mode is a limit of ${plural(options.demo_limit, "prompt")} per data set; the files are not marked as a demo`,
    basename(options.output_dir) !== "results" && `result files go to ${output}/results/bench`,
    cache?.enabled === true &&
      "cache in MySQL is not read: answers are kept in a folder of this machine instead (--cache names another, or a Redis); earlier ones come in from result files by `signalbox cache import`",
    cache?.enabled === false &&
      "cache.enabled is false: no answer is taken from the cache, nor kept there (--cache FOLDER does)",
    reference.grader_cache != null && "grader_cache is not read: answers are collected unscored",
    ...unknownKeys(reference),
  ];
  return notes.filter((note) => note !== false);
}

function unknownKeys(reference: Reference): string[] {
  const groups: [string, object, z.ZodObject][] = [
    ["", reference, referenceSchema],
    ...reference.models.map((one): [string, object, z.ZodObject] => [`models.${one.name}.`, one, model]),
    ...reference.datasets.map((one): [string, object, z.ZodObject] => [`datasets.${one.dataset_id}.`, one, dataset]),
    ["run.", reference.run, run],
  ];
  return groups.flatMap(([head, group, schema]) =>
    Object.keys(group).flatMap((key) => (key in schema.shape ? [] : [`${head}${key} is not known and not read`])),
  );
}
