/**
 * Agreement cascade: ask two cheap models; if their answers agree, that is the answer, else ask a third. All calls are
 * billed, and the waits add up.
 *
 * Fit:    for every pair and every third model, what agreement scores and costs on the training rows; of these and of the
 *         single models the most accurate for each budget is kept (dominated ones are not).
 * Decide: the best kept strategy within the budget.
 *
 * It needs no embedding and no training, only extracted answers. Two answers agree when they are the same but for
 * spelling (case, brackets, 1,000 = 1000); no answer agrees with none. Texts that are an evaluator's verdict in disguise
 * ("accepted") count as no answer. Where answers are free text hardly any two agree, and it pays for three.
 *
 * Cost: fit O(n·m³), decide O(1) beside the calls.
 */
import { z } from "zod";
import { throwIfAborted } from "../core/errors.ts";
import type { TieOrder } from "../core/pick.ts";
import { defineRouter } from "../core/router.ts";
import type { FitContext, TrainTable } from "../core/router.ts";
import { canonicalAnswer, isAnswered, requireAnswers, verdictNote, verdictTexts } from "./answer-text.ts";
import {
  bestAllowed,
  cascadeRows,
  follow,
  offerSingle,
  strategiesShape,
  strategyCosts,
  strategyFor,
  strategyFrontier,
} from "./cascade.ts";
import type { CascadeRows, Frontier, Strategy } from "./cascade.ts";
import { meanCostUsd, trainAvgAcc } from "./mean-outcome.ts";

const options = z.strictObject({
  budgetUsd: z
    .number()
    .positive()
    .optional()
    .describe("Mean USD a query to stay within; chosen on validation when left out"),
});

export interface AgreementState {
  /** by rising cost: one model, or two to compare and a third */
  readonly strategies: readonly Strategy[];
  /** answers that are verdicts, and so no answers */
  readonly verdicts: readonly string[];
  readonly quality: Float64Array;
  readonly costUsd: Float64Array;
  readonly ties: TieOrder;
}

export const agreement = defineRouter<z.infer<typeof options>, AgreementState>({
  name: "agreement",
  summary: "Asks two cheap models and keeps their answer if they agree, else asks a third; every call is billed.",
  source: "signalbox",
  needs: { embeddings: false, text: false, cost: true, answers: true },
  options,
  operatingPolicy: "budget",
  fixedPolicy: ({ budgetUsd }) => (budgetUsd === undefined ? undefined : { kind: "budget", budgetUsd }),
  budgetRange: strategyCosts,

  stateShape: {
    strategies: strategiesShape,
    verdicts: z.array(z.string()),
    quality: "f64[m]",
    costUsd: "f64[m]",
    ties: "i32[m]",
  },

  fit(train, _, context) {
    const rows = cascadeRows(train);
    const verdicts = verdictTexts(train);
    requireAnswers(train, verdicts);
    return {
      strategies: searchAgreements(train, rows, verdicts, context),
      verdicts,
      quality: trainAvgAcc(train),
      costUsd: meanCostUsd(train),
      ties: rows.ties,
    };
  },

  estimate: ({ quality, costUsd }) => ({ quality, costUsd }),

  note: ({ verdicts }) => verdictNote(verdicts),

  decide(state, { allowed }, policy) {
    const strategy = strategyFor(state.strategies, policy);
    if (!strategy) return undefined;
    const estimate = { quality: state.quality, costUsd: state.costUsd };
    const order = strategy.order.filter((column) => allowed?.[column] !== 0);
    if (order.length === 0) return bestAllowed(estimate, state.ties, allowed);
    // With one of the three out of reach there is nothing to compare: ask the last, the most trusted.
    if (order.length < strategy.order.length) return { order: order.slice(-1), estimate };
    let first = "";
    return follow(order, estimate, (step, { text }) => {
      const own = answerOf(text, state.verdicts);
      if (step === 0) first = own;
      return step === 1 && own !== "" && own === first;
    });
  },
});

function answerOf(text: string, verdicts: readonly string[]): string {
  const answer = canonicalAnswer(text);
  return verdicts.includes(answer) ? "" : answer;
}

function searchAgreements(
  train: TrainTable,
  rows: CascadeRows,
  verdicts: readonly string[],
  context: FitContext,
): Strategy[] {
  const { columns, meanCostUsd: cost } = rows;
  const dearest = columns.map((j) => cost[j]!).toSorted((a, b) => b - a);
  const frontier = strategyFrontier(
    dearest.at(-1)!,
    dearest.slice(0, 3).reduce((sum, usd) => sum + usd, 0),
  );
  for (const j of columns) offerSingle(rows, j, frontier);
  const answers = numberedAnswers(train, verdicts);
  columns.forEach((first, place) => {
    throwIfAborted(context.signal, "the search for agreements");
    for (const second of columns.slice(place + 1)) {
      const agreed = agreedRows(answers, rows.score.cols, first, second);
      for (const third of columns) {
        if (third !== first && third !== second) offerTriple(rows, [first, second, third], agreed, frontier);
      }
    }
  });
  return frontier.strategies();
}

/** Number of each cell's answer, the same for the same answer; 0 = none. [n·m] */
function numberedAnswers(train: TrainTable, verdicts: readonly string[]): Int32Array {
  const m = train.models.length;
  const numbers = new Map([["", 0]]);
  return Int32Array.from({ length: train.prompts.length * m }, (_, cell) => {
    const i = Math.floor(cell / m);
    const j = cell % m;
    const text = isAnswered(train, i, j) ? answerOf(train.outcomes.prediction(i, j), verdicts) : "";
    if (!numbers.has(text)) numbers.set(text, numbers.size);
    return numbers.get(text)!;
  });
}

function agreedRows(answers: Int32Array, m: number, first: number, second: number): Uint8Array {
  return Uint8Array.from({ length: answers.length / m }, (_, i) => {
    const own = answers[i * m + first]!;
    return Number(own !== 0 && own === answers[i * m + second]!);
  });
}

function offerTriple(
  { score, costUsd, weight }: CascadeRows,
  order: readonly [number, number, number],
  agreed: Uint8Array,
  frontier: Frontier,
): void {
  const [first, second, third] = order;
  let [right, total, spent, count] = [0, 0, 0, 0];
  for (let i = 0; i < agreed.length; i++) {
    const row = i * score.cols;
    const last = agreed[i] === 1 ? second : third;
    const own = score.data[row + last]!;
    if (own !== own) continue; // NaN: not collected
    right += weight[i]! * own;
    total += weight[i]!;
    spent += costUsd.data[row + first]! + costUsd.data[row + second]!;
    if (last === third) spent += costUsd.data[row + third]!;
    count += 1;
  }
  const strategy = { order, bars: [], costUsd: spent / count, accuracy: right / total };
  if (frontier.improves(strategy.costUsd, strategy.accuracy)) frontier.put(strategy);
}
