/**
 * The report: one plain value that holds everything a comparison found. It is what `compare --json` prints, what the
 * HTML, Markdown and CSV views are drawn from, and what `schemas/compare.schema.json` describes.
 *
 * Numbers: scores, accuracies, gains and shares are fractions; money is USD; null = undefined or unknown, never 0.
 */
import { z } from "zod";

const number = z.number().nullable();
const interval = z.tuple([z.number(), z.number()]).nullable().describe("95 % interval, low and high");

const datasetReport = z.object({
  label: z.string(),
  dataset: z.string(),
  split: z.string(),
  prompts: z.int(),
  ood: z.boolean(),
  allCorrect: number.describe("share of prompts every model gets right"),
  allWrong: number.describe("share of prompts no model gets right"),
});

const sweepPoint = z.object({
  policy: z.string().describe('e.g. "costWeight 12.5" or "alpha 0.4"'),
  costUsd: number.describe("total USD over the test part, mean over seeds"),
  avgAcc: number,
});

export const recallRowSchema = z.object({
  k: z.int().describe("number of pool models that are right on the prompt"),
  prompts: number.describe("test prompts with this k, mean over seeds"),
  recall: number.describe("the router's accuracy on them (right = score ≥ 0.5)"),
  chance: number.describe("k / number of models"),
});

export const routerReportSchema = z.object({
  name: z.string(),
  summary: z.string(),
  cheats: z.union([z.boolean(), z.literal("task-label")]).describe("reads what no real router knows; never ranked"),
  options: z
    .record(z.string(), z.unknown())
    .describe("as used with the first seed, chosen on validation where searched"),
  policy: z.string(),
  avgAcc: z.object({ mean: number, sd: number, ci95: interval }),
  sampleMean: number,
  deltaBestSingle: z.object({ mean: number, ci95: interval, pAdjusted: number }),
  gainAtRandom: number,
  gainAtBest: number,
  gapAtOracle: number,
  totalCostUsd: number,
  decisionCostUsd: number,
  perfGain: number,
  perfGainPeak: number.describe("read off the test curve: selection on test, never ranked"),
  costSave: number,
  costSaveCi95: interval,
  costSaveDelta: z
    .object({ mean: number, ci95: interval })
    .describe(
      "AvgAcc at CostSave's point minus best single's, on the resamples of costSaveCi95; of a point that failed too",
    ),
  costSaveOnValidation: number.describe(
    "what that point saved on validation, mean over seeds: the saver is chosen by it",
  ),
  paretoDist: number,
  aiq: number,
  recallByK: z.array(recallRowSchema),
  fitSeconds: number.describe(
    "mean over seeds, with the search; what routers share (a clustering) is charged to the first that asks for it",
  ),
  decisionMicros: z.object({ p50: number, p99: number }),
  stateMiB: number.describe("memory of the fitted state's arrays, mean over seeds: what serving it must hold"),
  accuracyByDataset: z.array(number).describe("in the order of data.datasetReports"),
  selectionShare: z.array(number).describe("share of test prompts sent to each model, in the order of data.modelNames"),
  missingPicks: z.int(),
  failedPicks: z.int(),
  collapse: z.string().nullable().describe("the alarm, in words"),
  sweep: z.array(sweepPoint),
});

export const reportSchema = z.object({
  schemaVersion: z.literal(1),
  createdBy: z.string(),
  data: z.object({
    name: z.string(),
    digest: z.string(),
    prompts: z.int(),
    models: z.int(),
    datasets: z.int(),
    modelNames: z.array(z.string()),
    datasetReports: z.array(datasetReport),
    hasCost: z.boolean().describe("false: the pool has unpriced models, and every cost figure is null"),
    failed: z.int(),
    unscored: z.int(),
    missing: z.int(),
    warnings: z.array(z.string()),
  }),
  split: z.object({
    mode: z.enum(["native", "compat"]),
    trainRatio: z.number(),
    ood: z.array(z.string()),
    hash: z.string().describe("hash over the manifests of all seeds; only results of equal hash may share a table"),
    manifests: z.array(z.object({ seed: z.int(), hash: z.string(), train: z.int(), test: z.int() })),
  }),
  seeds: z.array(z.int()),
  encoder: z.object({ spec: z.string(), fingerprint: z.string() }),
  verdict: z.string(),
  findings: z.array(z.string()).describe("further sentences: ties, collapse alarms, what was left out"),
  bestSingle: z.object({ name: z.string(), pickedOn: z.string() }),
  routers: z.array(routerReportSchema),
  pairwise: z
    .array(z.object({ a: z.string(), b: z.string(), delta: z.number(), ci95: interval, pAdjusted: number }))
    .describe("every pair of ranked routers, AvgAcc of a − b, p corrected over all pairs together (step-down maximum)"),
  modelPoints: z.array(
    z.object({ name: z.string(), costUsd: number, avgAcc: number, accuracyByDataset: z.array(number) }),
  ),
  frontier: z.array(z.object({ name: z.string(), costUsd: z.number(), avgAcc: z.number() })),
  recorded: z
    .array(
      z.object({
        name: z.string(),
        day: z.string().nullable().describe("YYYY-MM-DD; days are never averaged"),
        prompts: z.int().describe("recorded prompts in the whole table"),
        testPrompts: z.number().describe("recorded prompts in the test part, mean over seeds"),
        ofTestPrompts: z.number(),
        avgAcc: z.object({ mean: number, ci95: interval }),
        deltaBestSingle: z.object({ mean: number, ci95: interval }),
        totalCostUsd: number.describe("null unless every test prompt is recorded and priced"),
        distanceToFront: number.describe("scaled by the pool's models and front; 0 = on or above it"),
        requestedModels: z.array(z.string()),
        servedBy: z.array(z.object({ model: z.string(), share: z.number() })),
      }),
    )
    .optional()
    .describe("hosted routers recorded beside the pool: in no oracle, ranking, best single model or front"),
  pointSetHash: z.string().describe("ParetoDist depends on which points were compared; this names them"),
  provenance: z
    .object({
      codeHash: z.string().describe("SHA-256 over the code that computed the numbers"),
      keptRuns: z.int().describe("runs taken from an earlier, equal comparison instead of computed"),
      runs: z.array(
        z.object({
          seed: z.int(),
          router: z.string(),
          options: z.record(z.string(), z.unknown()).describe("as chosen on validation, or fixed"),
          policy: z.string(),
          kept: z.boolean().describe("taken from an earlier comparison; its times are from then"),
        }),
      ),
    })
    .describe("with data.digest, split.manifests and encoder.fingerprint: what every result rests on"),
  reproduce: z.string().describe("the command that gives this report again"),
});

export type RecallRow = z.infer<typeof recallRowSchema>;
export type RouterReport = z.infer<typeof routerReportSchema>;
export type Report = z.infer<typeof reportSchema>;

/** Numbers as JSON knows them: NaN and infinities are null. */
export function finiteOrNull(value: number | undefined): number | null {
  return value !== undefined && Number.isFinite(value) ? value : null;
}

const lineReport = z.object({
  name: z.string().optional(),
  avgAcc: number,
  sampleMean: number,
  totalCostUsd: number,
});

/** What `inspect --json` prints. All reference lines are over all prompts. */
export const inspectionSchema = z.object({
  schemaVersion: z.literal(1),
  data: z.object({ name: z.string(), digest: z.string(), hasCost: z.boolean(), warnings: z.array(z.string()) }),
  prompts: z.int(),
  models: z.int(),
  datasets: z.int(),
  records: z.int(),
  failed: z.int(),
  unscored: z.int(),
  missing: z.int(),
  bestSingle: lineReport,
  datasetOracle: lineReport,
  oracle: lineReport,
  random: lineReport.extend({
    drawSd: number.describe("standard deviation of AvgAcc if the models were drawn once, not expected"),
  }),
  allCorrect: number,
  allWrong: number,
  datasetRows: z.array(
    z.object({
      label: z.string(),
      prompts: z.int(),
      bestModel: z.string().nullable(),
      best: number,
      oracle: number,
      random: number,
      allCorrect: number,
      allWrong: number,
      leaders: z.array(z.object({ model: z.string(), accuracy: number })),
    }),
  ),
  modelRows: z.array(
    z.object({
      name: z.string(),
      avgAcc: number,
      sampleMean: number,
      totalCostUsd: number,
      meanCostUsd: number,
      uniqueSolves: z.int(),
      failed: z.int(),
      unscored: z.int(),
      missing: z.int(),
      datasetsCovered: z.int(),
      accuracyByDataset: z.array(number),
    }),
  ),
  complementarity: z.object({
    headroom: number.describe("AvgAcc of the oracle − AvgAcc of the best single model"),
    bestPair: z.object({ models: z.array(z.string()), gain: number }).nullable(),
    bestSubsets: z.array(z.object({ size: z.int(), models: z.array(z.string()), avgAcc: number })),
    solvedBy: z.array(z.object({ k: z.int(), prompts: z.int() })),
  }),
});

export type Inspection = z.infer<typeof inspectionSchema>;
