/**
 * One model as a judge: asked as the collector asks, paced and repeated; a reply that was paid for is kept by what was asked;
 * money is reserved before a call and settled after.
 */
import { keyOfQuestion } from "../cache/question.ts";
import type { ModelConfig } from "../collect/config-schema.ts";
import type { CallCache } from "../collect/engine/call-cache.ts";
import { callCeiling } from "../collect/engine/call-ceiling.ts";
import type { Caller, PlannedCall } from "../collect/engine/caller.ts";
import type { Budget, Reservation } from "../collect/flow/budget.ts";
import { reserveAll } from "../collect/flow/reserve-all.ts";
import type { SucceededCall } from "../collect/journal/record.ts";
import { askedOf } from "../collect/model-provider.ts";
import type { ChatParameters } from "../core/chat.ts";
import { JudgeError } from "../core/errors.ts";
import type { Judge, JudgeReply, JudgeRequest } from "../core/judge.ts";
import { callCost, spentUsd } from "../prices/call-cost.ts";
import type { Price } from "../prices/price.ts";
import type { JudgeSpending } from "./judge-spending.ts";

export interface ModelJudgeOptions {
  readonly model: ModelConfig;
  readonly caller: Caller;
  /** undefined: not known; nothing is reserved, and its replies cost NaN */
  readonly price: Price | undefined;
  /** all of them have to have room */
  readonly budgets: readonly Budget[];
  /** absent, every question is a call */
  readonly cache?: CallCache | undefined;
  /** added to with every question */
  readonly spending: JudgeSpending;
}

export function modelJudge(options: ModelJudgeOptions): Judge {
  return { name: options.model.name, seats: 1, ask: (request, signal) => ask(options, request, signal) };
}

async function ask(
  options: ModelJudgeOptions,
  request: JudgeRequest,
  signal: AbortSignal | undefined,
): Promise<JudgeReply> {
  const { cache, model, spending } = options;
  const call = plannedCall(options, request);
  const kept = await cache?.find(call, signal);
  if (kept) {
    spending.cached++;
    const { text, servedModel } = kept.completion;
    return { text, model: servedModel || model.model, costUsd: 0, cached: true };
  }
  let record: SucceededCall | undefined;
  try {
    record = await paidCall(options, call, signal);
    const { text, servedModel } = record.completion;
    return { text, model: servedModel || model.model, costUsd: record.costUsd, cached: false };
  } finally {
    const isKept = record !== undefined && (request.accepts?.(record.completion.text) ?? true);
    await cache?.settle(call, isKept ? record : undefined);
  }
}

function plannedCall(
  { model, price }: ModelJudgeOptions,
  { messages, temperature, attempt = 0, seat = 0 }: JudgeRequest,
): PlannedCall {
  const request = { model: model.model, messages, parameters: parametersOf(model, temperature) };
  // Seats of one model are samples of one question; so are its repeats.
  const sample = attempt * seatsAtMost + seat;
  const { provider, baseUrl } = askedOf(model);
  const cacheKey = keyOfQuestion({ provider, baseUrl, request, sample });
  const place = { dataset: "", split: "", index: 0, model: model.name, sample };
  return { ...place, key: cacheKey, cacheKey, request, ...callCeiling(request, price) };
}

const seatsAtMost = 16;

/** What the configuration says holds; models that are told how hard to think refuse a temperature. */
function parametersOf({ parameters }: ModelConfig, temperature = 0): ChatParameters {
  return parameters.reasoningEffort === undefined ? { temperature, ...parameters } : parameters;
}

async function paidCall(
  { caller, price, budgets, model, spending }: ModelJudgeOptions,
  call: PlannedCall,
  signal: AbortSignal | undefined,
): Promise<SucceededCall> {
  const reservations = await reserveAll(budgets, call.mostUsd);
  if (reservations === undefined) {
    spending.unaffordable++;
    throw new JudgeError({ problem: "the budget for judging has no room for another call", where: model.name });
  }
  let billedUsd = 0;
  try {
    const outcome = await caller.call(call, signal);
    const unsettled = outcome.unsettled ?? 0;
    billedUsd = call.mostUsd * unsettled;
    spending.unsettledCalls += unsettled;
    spending.unsettledUsd += billedUsd;
    if (outcome.status === "fail") {
      spending.failed++;
      throw new JudgeError({ problem: `the judge did not answer: ${outcome.reason}`, where: model.name });
    }
    const cost = await callCost(outcome.completion, call.request, price);
    const spent = spentUsd(cost);
    // A cost that is not known counts as what was reserved: better too careful.
    billedUsd += Number.isNaN(spent) ? call.mostUsd : spent;
    spending.calls++;
    spending.costUsd += cost.costUsd;
    const { key, dataset, split, index, sample } = call;
    const place = { key, dataset, split, index, model: model.name, sample, requestedModel: model.model };
    return { ...place, ...outcome, ...cost };
  } finally {
    settleAll(reservations, billedUsd);
  }
}

function settleAll(reservations: readonly Reservation[], billedUsd: number): void {
  for (const reservation of reservations) reservation.settle(billedUsd);
}
