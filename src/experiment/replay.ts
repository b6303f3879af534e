/** Replays: what a fitted router's decisions would have scored and cost on rows whose outcomes are recorded. */
import type { FittedRouter } from "../core/fitted-router.ts";
import type { Replay } from "../core/metric.ts";
import { cellStatus } from "../core/outcome-table.ts";
import type { OutcomeTable } from "../core/outcome-table.ts";
import type { Policy } from "../core/policy.ts";
import type { Decision, EstimateTable } from "../core/router.ts";
import { avgAcc } from "../metrics/accuracy.ts";
import { replayChoices } from "../metrics/baselines.ts";
import { decideRow } from "./choose.ts";
import type { QueryView } from "./query-view.ts";

/** The replay of one policy over a view. Lotteries give their exact expectation; cascades pay for every model asked. */
export function replayPolicy(fitted: FittedRouter, view: QueryView, policy: Policy, estimates: EstimateTable): Replay {
  const decisions = view.table.prompts.map((_, i) => decideRow(fitted, view, i, policy, estimates));
  if (decisions.some(({ lottery }) => lottery)) return replayLotteries(view.table, decisions);
  if (decisions.some(({ order }) => order.length > 1)) return replayCascades(view.table, decisions);
  return replayChoices(
    view.table,
    Int32Array.from(decisions, ({ order }) => order[0]!),
  );
}

/** AvgAcc of a replay over the view it was made on. */
export function replayAvgAcc({ score }: Replay, { table }: QueryView): number {
  return avgAcc(score, table.datasetOf, table.datasets.length);
}

function replayLotteries(table: OutcomeTable, decisions: readonly Decision[]): Replay {
  const m = table.models.length;
  const columns = table.models.map((_, j) => replayChoices(table, new Int32Array(decisions.length).fill(j)));
  const score = new Float64Array(decisions.length);
  const costUsd = new Float64Array(decisions.length);
  let missingPicks = 0;
  decisions.forEach(({ lottery }, i) => {
    const recorded = (j: number): boolean => table.status[i * m + j] !== cellStatus.missing;
    const total = lottery?.reduce((sum, p, j) => sum + (recorded(j) ? p : 0), 0) ?? 0;
    if (total === 0) missingPicks++;
    lottery?.forEach((p, j) => {
      // A model that is never drawn costs nothing, though what it costs be unknown.
      if (p === 0 || !recorded(j) || total === 0) return;
      score[i]! += (p / total) * columns[j]!.score[i]!;
      costUsd[i]! += (p / total) * columns[j]!.costUsd[i]!;
    });
  });
  return { chosen: new Int32Array(decisions.length).fill(-1), score, costUsd, missingPicks, failedPicks: 0 };
}

function replayCascades(table: OutcomeTable, decisions: readonly Decision[]): Replay {
  const last = decisions.map((decision, i) => lastStep(table, decision, i));
  const askedAt = (step: number): Int32Array =>
    Int32Array.from(decisions, ({ order }, i) => (step <= last[i]! ? order[step]! : -1));
  const final = replayChoices(
    table,
    Int32Array.from(decisions, ({ order }, i) => order[last[i]!]!),
  );
  const costUsd = final.costUsd.slice();
  const steps = last.reduce((most, step) => Math.max(most, step), 0);
  for (let step = 0; step < steps; step++) {
    const asked = replayChoices(table, askedAt(step));
    last.forEach((end, i) => (costUsd[i]! += step < end ? asked.costUsd[i]! : 0));
  }
  const followUps = Array.from({ length: steps }, (_, step) => askedAt(step + 1));
  return { ...final, chosen: askedAt(0), followUps, costUsd };
}

/** The step at which the cascade stops: the first accepted answer, or the last model. No answer is never accepted. */
function lastStep(table: OutcomeTable, { order, accept }: Decision, i: number): number {
  const m = table.models.length;
  for (let step = 0; step < order.length - 1; step++) {
    const model = order[step]!;
    const status = table.status[i * m + model];
    if (status === cellStatus.failed || status === cellStatus.missing) continue;
    const completionTokens = table.completionTokens.data[i * m + model]!;
    if (accept?.(step, { model, text: table.prediction(i, model), completionTokens })) return step;
  }
  return order.length - 1;
}
