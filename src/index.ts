/**
 * The public library. Everything a user needs, and nothing else: what is not exported here may change at any time.
 * Importing it loads no database, no drawing library, no worker pool and no HTTP client; they come when first used.
 */
import type { CompareOptions } from "./experiment/compare-options.ts";
import type { OutcomeTable } from "./core/outcome-table.ts";
import type { Report } from "./core/report.ts";
import type { EncoderSpec } from "./encoders/registry.ts";
import type { EncoderChoice } from "./experiment/embed-table.ts";

// Reading results
export { openData } from "./store/open-data.ts";
export { readResults } from "./store/read-results.ts";
export { inspectTable } from "./experiment/inspect.ts";

export { selectTableRows } from "./core/outcome-table.ts";

// Comparing, fitting, routing
export { fitForServing } from "./experiment/fit-for-serving.ts";
export { loadRouter, saveRouter } from "./experiment/artefact.ts";
export { splitTable } from "./experiment/split.ts";
export { decide } from "./core/fitted-router.ts";
export { createRouter } from "./serving/create-router.ts";
export { decisionRecord } from "./serving/decision-record.ts";
export { signalboxModel } from "./serving/signalbox-model.ts";
export { pick, tieOrder } from "./core/pick.ts";
export { argmax, policySchema } from "./core/policy.ts";

/** As `CompareOptions` of the engine, with everything optional: the command line's defaults fill the rest. */
export type ComparisonOptions = Partial<CompareOptions>;

/**
 * Compares routers on a table under one protocol and gives one plain Report.
 * Defaults: all routers, native split, 70 % for training, the five seeds of the paper, the offline encoder, all cores.
 * Loads the worker pool on the first call; `threads: 1` stays on this thread, with the same numbers.
 * @throws UsageError for unknown routers or seeds and for an empty table; FitError from the split or a fit.
 * @example const report = await compareRouters(table, { routers: ["knn", "avengers"] });
 */
export async function compareRouters(table: OutcomeTable, options: ComparisonOptions = {}): Promise<Report> {
  const { compareRouters: compare, defaultSeeds } = await import("./experiment/compare.ts");
  const split = { mode: "native", trainRatio: 0.7, ood: [] } as const;
  const defaults = { split, seeds: defaultSeeds, encoder: { kind: "ngram" }, name: "table", warnings: [] } as const;
  return await compare(table, { ...defaults, reproduce: "compareRouters(table, options)", ...options });
}

// Routers and metrics, ours and yours
export { defineRouter } from "./core/router.ts";
export { resolveOptions, routerByName, routers } from "./routers/registry.ts";
export { defineBreakdown, defineMetric } from "./core/metric.ts";
export { breakdowns, metrics, metricsOf } from "./metrics/registry.ts";
export { seededRandom } from "./math/random.ts";
export { columnMeans, fromRows, matrix, matrix32, row, selectRows } from "./math/matrix.ts";

// Data sets and evaluators, ours and yours
export { defineDataset } from "./core/dataset.ts";
export { defineEvaluator } from "./core/evaluator.ts";
export { failedAnswer, graded, ungraded } from "./core/score-result.ts";
export { datasetByName, datasets } from "./datasets/registry.ts";
export { datasetFiles } from "./loading/dataset-files.ts";
export { loadItems } from "./loading/load-items.ts";
export { evaluatorByName, evaluators } from "./evaluators/registry.ts";
export { scoreAnswers } from "./scoring/score-answers.ts";

// Encoders
export { fingerprintText } from "./core/encoder.ts";
export { fitNgramEncoder, ngramEncoderFromState } from "./encoders/ngram.ts";

/**
 * Opens an encoder by its spec: `ngram`, `transformers:MODEL`, `openai:MODEL@URL`, `file:VECTORS`, or an object.
 * Loads the HTTP client or the model runtime only when the spec needs it. Vectors are not cached.
 * @throws UsageError for an unknown encoder; PrerequisiteError when its package, model or key is absent.
 * @example await compareRouters(table, { encoder: await openEncoder("file:vectors.parquet") });
 */
export async function openEncoder(spec: string | EncoderSpec): Promise<EncoderChoice> {
  const { openEncoder: open } = await import("./encoders/registry.ts");
  const opened = await open(spec);
  if (opened.kind === "fittable") return { kind: "ngram", options: opened.options };
  return { kind: "ready", spec: typeof spec === "string" ? spec : spec.kind, encoder: opened.encoder };
}

// Reports
export { inspectionSchema, reportSchema } from "./core/report.ts";
export { reportToCsv } from "./report/csv.ts";
export { inspectionToJson, reportToJson } from "./report/json.ts";
export { reportToMarkdown } from "./report/markdown.ts";

/** The report as one self-contained HTML page. Loads the drawing library on the first call. */
export async function reportToHtml(report: Report): Promise<string> {
  const { reportToHtml: draw } = await import("./report/html.ts");
  return await draw(report);
}

// A simulated pool to try things on
export { simulatedResultFiles } from "./simulate/result-files.ts";
export { writeResultFile } from "./store/write-result-file.ts";

// Errors, all with `problem`, `where` and `mend`
export {
  ArtefactError,
  DataError,
  EncodeError,
  exitCodes,
  FitError,
  InterruptedError,
  PrerequisiteError,
  SignalboxError,
  UsageError,
} from "./core/errors.ts";

export { NoCandidateError } from "./serving/no-candidate-error.ts";

export { version } from "./version.ts";

// Types. Each stands in docs/glossary.md; a test holds it there.
export type { DatasetDefinition, DatasetSource, DatasetSplit, PromptOptions, Scorer } from "./core/dataset.ts";
export type { Item } from "./core/item.ts";
export type { SetMetric, SourceFile, SourceRows } from "./core/dataset.ts";
export type { Answered, Choice, Evaluator, ScoreResult, ScoreStatus, ScoringTools } from "./core/evaluator.ts";
export type { Judge, JudgeReply, JudgeRequest } from "./core/judge.ts";
export type { Sandbox, SandboxReply, SandboxRequest } from "./core/sandbox.ts";
export type { DatasetFilesOptions } from "./loading/dataset-files.ts";
export type { LoadedItem, LoadedItems, LoadItemsOptions } from "./loading/load-items.ts";
export type { LocalFile } from "./loading/read-rows.ts";
export type { ScoreAnswersOptions } from "./scoring/score-answers.ts";
export type { Encoder, EncodeOptions, EncoderFingerprint } from "./core/encoder.ts";
export type { ErrorFacts } from "./core/errors.ts";
export type { FittedRouter, SearchStep } from "./core/fitted-router.ts";
export type { Metric, MetricFamily, MetricInfo, MetricInputs, Replay } from "./core/metric.ts";
export type { CellStatus, DatasetKey, Model, OutcomeTable } from "./core/outcome-table.ts";
export type { TieOrder } from "./core/pick.ts";
export type { Policy } from "./core/policy.ts";
export type { Inspection, Report, RouterReport } from "./core/report.ts";
export type { Answer, Cheats, Decision, Estimate, EstimateTable, FitContext, QualityKind } from "./core/router.ts";
export type { Reason, RevealedOutcome, Router, RouterQuery, TrainTable } from "./core/router.ts";
export type { NgramEncoder } from "./encoders/ngram.ts";
export type { EncoderSpec } from "./encoders/registry.ts";
export type { SavedRouter } from "./experiment/artefact.ts";
export type { EncoderChoice } from "./experiment/embed-table.ts";
export type { ServingFit } from "./experiment/fit-for-serving.ts";
export type { Split, SplitManifest } from "./experiment/split.ts";
export type { SplitOptions } from "./experiment/split-options.ts";
export type { Matrix, Matrix32 } from "./math/matrix.ts";
export type { Random } from "./math/random.ts";
export type { NamedRouter } from "./routers/registry.ts";
export type { CreateRouterOptions, InProcessRouter, RouteOptions } from "./serving/create-router.ts";
export type { Alternative, CascadeStep, Decider, Dialogue, Gated, Needs, ServedDecision } from "./serving/decider.ts";
export type { DecisionRecord, FeedbackRecord, Outcome } from "./serving/decision-record.ts";
export type { ServingSettings } from "./serving/serving-settings.ts";
export type { SdkLanguageModel, SignalboxModelOptions } from "./serving/signalbox-model.ts";
export type { Filter } from "./store/filter.ts";
export type { ColumnMapping } from "./store/import-columns.ts";
export type { LoadReport } from "./store/load-report.ts";
export type { OpenDataOptions } from "./store/open-data.ts";
export type { LoadedResults, ResultDetails } from "./store/project.ts";
export type { ReadResultsOptions } from "./store/read-results.ts";
export type { ResultFile, ResultRecord } from "./store/write-result-file.ts";
