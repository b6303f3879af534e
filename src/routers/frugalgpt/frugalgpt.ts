/**
 * FrugalGPT: a cascade. Ask a cheap model; a scorer judges its answer; below a bar ask the next. Order and bars are those
 * that score most within a budget, and every call is billed.
 *
 * Fit:    a probe per model says how promising it is on a question; a scorer per model judges its answers; the search
 *         (search.ts) finds the best order and bars for every budget, on chances from outside the fold they judge.
 * Decide: the strategy for the budget; `accept` is asked about each answer but the last.
 * Scorers: "question" (as the benchmark runs it: the question alone, so the first call is an entrance fee) or
 * "answer-features" (features.ts: what the answer looks like), by default where answers are stored; or "answer-embedding"
 * (answer-embedding.ts: what it says as well).
 * Frozen-encoder variant: the published scorer is a tuned DistilBERT. Its thresholds are set on the scorer's own training
 * rows, at one budget; ours are not.
 *
 * Source: Chen, Zaharia & Zou, "FrugalGPT", TMLR 2024, arXiv 2305.05176.
 * Cost: fit as six linear probes and O(n·m²) for the search, decide O(d·m) and the answer's length.
 */
import { z } from "zod";
import { throwIfAborted } from "../../core/errors.ts";
import { estimateAt } from "../../core/fitted-router.ts";
import type { TieOrder } from "../../core/pick.ts";
import { defineRouter } from "../../core/router.ts";
import type { Answer, EstimateTable, FitContext, TrainTable } from "../../core/router.ts";
import { orNull } from "../../core/state-shape.ts";
import type { Matrix, Matrix32 } from "../../math/matrix.ts";
import { canonicalAnswer, hasAnswers, isAnswered, requireAnswers, verdictNote, verdictTexts } from "../answer-text.ts";
import { bestAllowed, cascadeRows, follow, strategiesShape, strategyCosts, strategyFor } from "../cascade.ts";
import type { Strategy } from "../cascade.ts";
import { asRow } from "../as-row.ts";
import { meanScore, sameForAll } from "../mean-outcome.ts";
import { fitProbe, probeShape, probeValues, sigmoid } from "../probe.ts";
import type { Probe } from "../probe.ts";
import { fitAnswerSpace } from "./answer-embedding.ts";
import { chanceOf, fitScorers, outOfFoldPromise, scorersShape } from "./scorer.ts";
import type { Scorers } from "./scorer.ts";
import { searchStrategies } from "./search.ts";

const options = z.strictObject({
  scorer: z
    .enum(["auto", "question", "answer-features", "answer-embedding"])
    .default("auto")
    .describe(
      "What judges an answer: the question alone, the look of the answer too, or also its n-grams; auto is the look where answers are stored",
    ),
  depth: z.int().min(1).max(3).default(2).describe("How many models at most to ask"),
  l2: z.number().positive().default(3e-3).describe("Penalty of the probe of the question"),
  budgetUsd: z
    .number()
    .positive()
    .optional()
    .describe("Mean USD a query to stay within; chosen on validation when left out"),
});

export interface FrugalGptState extends Probe {
  readonly costUsd: Float64Array;
  /** null = the question-only scorer */
  readonly scorers: Scorers | null;
  /** answers that are verdicts, and so no answers */
  readonly verdicts: readonly string[];
  /** by rising cost */
  readonly strategies: readonly Strategy[];
  readonly ties: TieOrder;
}

export const frugalGpt = defineRouter<z.infer<typeof options>, FrugalGptState>({
  name: "frugalgpt",
  summary: "A cascade: asks a cheap model, scores its answer, and asks a dearer one where the score is low.",
  source: 'Chen, Zaharia & Zou, "FrugalGPT", TMLR 2024, arXiv 2305.05176',
  needs: { embeddings: true, text: true, cost: true },
  qualityKind: "probability",
  options,
  search: { l2: [1e-2, 3e-3, 1e-3] },
  presets: {
    reference: { scorer: "question", depth: 2, budgetUsd: 0.02 },
    "question-only": { scorer: "question" },
    "answer-embedding": { scorer: "answer-embedding" },
  },
  operatingPolicy: "budget",
  fixedPolicy: ({ budgetUsd }) => (budgetUsd === undefined ? undefined : { kind: "budget", budgetUsd }),
  budgetRange: strategyCosts,

  stateShape: {
    ...probeShape,
    costUsd: "f64[m]",
    scorers: orNull(scorersShape),
    verdicts: z.array(z.string()),
    strategies: strategiesShape,
    ties: "i32[m]",
  },

  fit(train, { scorer, depth, l2 }, context) {
    throwIfAborted(context.signal, "fitting");
    const rows = cascadeRows(train);
    const { weights, bias } = fitProbe(train, train.score, { l2 }, context);
    const known = meanScore(train);
    const { scorers, verdicts, chance } = judge(train, scorer, l2, context);
    return {
      weights,
      // A model never observed is unknown, not even odds.
      bias: bias.map((b, j) => (Number.isNaN(known[j]!) ? NaN : b)),
      costUsd: rows.meanCostUsd,
      scorers,
      verdicts,
      strategies: searchStrategies(rows, chance, depth, context.signal),
      ties: rows.ties,
    };
  },

  estimate: (state, { embedding }) => estimateAt(predict(state, asRow(embedding)), 0),

  estimateMany: predict,

  note: ({ scorers, verdicts }) =>
    scorers === null ? "its scorer sees the question only, not the answer" : verdictNote(verdicts),

  decide(state, { embedding, text, allowed }, policy) {
    const strategy = strategyFor(state.strategies, policy);
    if (!strategy) return undefined;
    const estimate = estimateAt(predict(state, asRow(embedding)), 0);
    const steps = strategy.order
      .map((column, s) => ({ column, bar: strategy.bars[s] ?? 0 }))
      .filter(({ column }) => allowed?.[column] !== 0);
    if (steps.length === 0) return bestAllowed(estimate, state.ties, allowed);
    return follow(
      steps.map(({ column }) => column),
      estimate,
      (step, answer) => judgeAnswer(state, text, estimate.quality[answer.model]!, answer) >= steps[step]!.bar,
    );
  },
});

interface Judged {
  readonly scorers: Scorers | null;
  readonly verdicts: readonly string[];
  /** [n, m] out of fold; NaN where there is no answer */
  readonly chance: Matrix;
}

/** The scorers asked for, and what they say of the training rows; once for all depths. */
function judge(train: TrainTable, scorer: z.infer<typeof options>["scorer"], l2: number, context: FitContext): Judged {
  const verdicts = context.shared("frugalgpt verdicts", () => verdictTexts(train));
  if (scorer !== "auto" && scorer !== "question") requireAnswers(train, verdicts);
  const readsAnswers = scorer === "auto" ? hasAnswers(train, verdicts) : scorer !== "question";
  const promise = context.shared(`frugalgpt promise ${l2}`, () => outOfFoldPromise(train, l2, context));
  if (readsAnswers) {
    const embeds = scorer === "answer-embedding";
    const space = embeds ? context.shared("frugalgpt answers", () => fitAnswerSpace(train, verdicts, context)) : null;
    const fit = context.shared(`frugalgpt scorers ${l2} ${embeds}`, () =>
      fitScorers(train, promise, { verdicts, space }, context),
    );
    return { ...fit, verdicts };
  }
  const m = train.models.length;
  const chance = sigmoid(promise);
  chance.data.forEach((_, cell) => {
    if (!isAnswered(train, Math.floor(cell / m), cell % m)) chance.data[cell] = NaN;
  });
  return { scorers: null, verdicts: [], chance };
}

/** The chance that an answer is right. `quality`: that of its model on the question. */
function judgeAnswer({ scorers, verdicts }: FrugalGptState, prompt: string, quality: number, answer: Answer): number {
  if (scorers === null) return quality;
  const { text, completionTokens, model } = answer;
  const promise = Math.log(quality / (1 - quality));
  const isVerdict = verdicts.includes(canonicalAnswer(text));
  return chanceOf(scorers, model, { prompt, text, completionTokens, promise }, isVerdict);
}

function predict(state: FrugalGptState, queries: Matrix32): EstimateTable {
  return { quality: sigmoid(probeValues(state, queries)), costUsd: sameForAll(state.costUsd, queries.rows) };
}
