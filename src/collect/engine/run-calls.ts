/**
 * Makes planned calls: each model at its own concurrency and pace, money reserved before and settled after, every outcome in
 * the journal before it counts. Calls are drawn one by one, so a plan of a million needs no memory for a million.
 */
import { setMaxListeners } from "node:events";
import type { ChatCompletion, ChatRequest } from "../../core/chat.ts";
import { throwIfAborted } from "../../core/errors.ts";
import { spentUsd } from "../../prices/call-cost.ts";
import type { CallCost } from "../../prices/call-cost.ts";
import { isOtherModel } from "../other-model.ts";
import type { Budget, Reservation } from "../flow/budget.ts";
import { reserveAll } from "../flow/reserve-all.ts";
import { Turns } from "../flow/turns.ts";
import type { Journal } from "../journal/journal.ts";
import type { JournalRecord } from "../journal/record.ts";
import type { CallCache, KeptOutcome } from "./call-cache.ts";
import type { Caller, CallOutcome, PlannedCall } from "./caller.ts";
import { emptyAccount, withCost } from "./cost-account.ts";
import type { CostAccount, CostPart } from "./cost-account.ts";
import { noOverrun, withOverrun } from "./overrun.ts";
import type { Overrun } from "./overrun.ts";

/** One model's way out: who asks it, and what an answer costs. */
export interface Lane {
  readonly name: string;
  readonly caller: Caller;
  /** all of them have to have room */
  readonly budgets: readonly Budget[];
  /** what an answer costs, with the completion as it is to be saved: its tokens counted where none were reported */
  readonly costOf: (completion: ChatCompletion, request: ChatRequest) => Promise<CallCost>;
  /** answers that were paid for before; absent, every call is made */
  readonly cache?: CallCache | undefined;
  /** in the order to be made; those done are not among them */
  readonly calls: Iterable<PlannedCall>;
}

/** How a call ended, and what its answer cost. */
type PricedOutcome = Extract<CallOutcome, { status: "fail" }> | KeptOutcome;

export interface RunOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onOutcome?: ((record: JournalRecord) => void) | undefined;
}

export interface LaneSummary {
  readonly name: string;
  readonly done: number;
  /** those of them that came from the cache */
  readonly cached: number;
  readonly failed: number;
  /** calls not made, because the budget had no room */
  readonly unaffordable: number;
  /** USD billed in this run, so nothing for answers from the cache; NaN once a call's cost was not known */
  readonly costUsd: number;
  /** how that is known */
  readonly account: CostAccount;
  /** attempts without an answer that may be billed all the same, and what the budget keeps for them: what was reserved, each */
  readonly unsettled: CostPart;
  /** paid answers that were longer or dearer than "at most" */
  readonly overrun: Overrun;
  /** answers by another model than was asked, as `isOtherModel` says */
  readonly otherModel: number;
  readonly firstFailure: string | undefined;
}

/**
 * Makes all calls of all lanes.
 * @throws WriteError when an outcome cannot be saved, and EndpointError when an endpoint refuses key or account: nothing more is
 *   begun, and the calls that are out are waited for, since they are paid for; InterruptedError when the signal is aborted: at
 *   once. What was saved stays saved.
 */
export async function runCalls(lanes: readonly Lane[], journal: Journal, options: RunOptions): Promise<LaneSummary[]> {
  throwIfAborted(options.signal, "collecting");
  const stop = new AbortController();
  const signal = options.signal ? AbortSignal.any([options.signal, stop.signal]) : stop.signal;
  const leave = options.signal ?? new AbortController().signal;
  // Every call under way listens; that is no leak.
  setMaxListeners(0, signal, leave);
  const summaries = await Promise.all(
    lanes.map((lane) => runLane(lane, journal, { ...options, signal, leave }, (error) => stop.abort(error))),
  );
  throwIfAborted(options.signal, "collecting");
  if (stop.signal.aborted) throw stop.signal.reason;
  const full = journal.full();
  if (full) throw full;
  return summaries;
}

interface LaneOptions extends RunOptions {
  /** aborted when the calls that are out are left; `signal` of itself only keeps others from going out */
  readonly leave: AbortSignal;
}

function mayBegin(journal: Journal, { signal }: RunOptions): boolean {
  return !signal?.aborted && journal.full() === undefined;
}

/** An answer that waits for the disk keeps no other call from going out, until as many wait as may be out. */
const unsavedShare = 2;

/** A call that has its turn, which ends when the answer has come. */
interface CallInTurn {
  readonly call: PlannedCall;
  readonly endTurn: () => void;
}

async function runLane(
  lane: Lane,
  journal: Journal,
  options: LaneOptions,
  halt: (error: unknown) => void,
): Promise<LaneSummary> {
  const counts = {
    done: 0,
    cached: 0,
    failed: 0,
    unaffordable: 0,
    costUsd: 0,
    account: emptyAccount,
    unsettled: { calls: 0, costUsd: 0 },
    overrun: noOverrun,
    otherModel: 0,
    firstFailure: undefined as string | undefined,
  };
  const calls = lane.calls[Symbol.iterator]();
  const turns = new Turns(() => lane.caller.concurrency);
  const unsaved = new Turns(() => unsavedShare * lane.caller.concurrency);
  const make = async (inTurn: CallInTurn): Promise<void> => {
    const outcome = await answered(inTurn, lane, journal, options).catch((error: unknown) => {
      if (!options.signal?.aborted) halt(error);
      return undefined;
    });
    inTurn.endTurn();
    if (outcome === undefined) return;
    if (outcome === "unaffordable") counts.unaffordable++;
    else {
      tally(counts, outcome, inTurn.call);
      options.onOutcome?.(outcome);
    }
  };
  const underWay = new Set<Promise<void>>();
  for (;;) {
    // oxlint-disable-next-line no-await-in-loop -- calls are drawn one by one, as there is room for them
    const endUnsaved = await unsaved.take();
    // oxlint-disable-next-line no-await-in-loop
    const endTurn = await turns.take();
    const next = mayBegin(journal, options) ? calls.next() : undefined;
    if (!next || next.done) break;
    const call = make({ call: next.value, endTurn }).finally(() => {
      underWay.delete(call);
      endUnsaved();
    });
    underWay.add(call);
  }
  await Promise.all(underWay);
  return { name: lane.name, ...counts };
}

function tally(
  counts: { -readonly [Name in keyof Omit<LaneSummary, "name">]: LaneSummary[Name] },
  outcome: JournalRecord,
  call: PlannedCall,
): void {
  const { unsettled = 0, unsettledUsd = 0 } = outcome;
  const { calls, costUsd } = counts.unsettled;
  counts.unsettled = { calls: calls + unsettled, costUsd: costUsd + unsettledUsd };
  if (outcome.status === "fail") {
    counts.failed++;
    counts.firstFailure ??= outcome.reason;
    return;
  }
  counts.done++;
  if (outcome.cached) counts.cached++;
  else {
    counts.costUsd += outcome.costUsd;
    counts.account = withCost(counts.account, outcome);
    counts.overrun = withOverrun(counts.overrun, outcome, call);
  }
  if (isOtherModel(outcome.completion.servedModel, outcome.requestedModel)) counts.otherModel++;
}

/** The answer from the cache, for which nothing need be reserved, or from a call. */
async function answered(
  { call, endTurn }: CallInTurn,
  lane: Lane,
  journal: Journal,
  options: LaneOptions,
): Promise<JournalRecord | "unaffordable"> {
  const kept = await lane.cache?.find(call, options.signal);
  let record: JournalRecord | undefined;
  try {
    if (kept) {
      endTurn();
      record = recordOf(call, kept);
      await journal.append(record);
      return record;
    }
    const reservations = await reserveAll(lane.budgets, call.mostUsd);
    if (reservations === undefined) return "unaffordable";
    record = await oneCall({ call, endTurn }, lane, journal, options, reservations);
    return record;
  } finally {
    if (!kept) await lane.cache?.settle(call, record);
  }
}

async function oneCall(
  { call, endTurn }: CallInTurn,
  lane: Lane,
  journal: Journal,
  options: LaneOptions,
  reservations: readonly Reservation[],
): Promise<JournalRecord> {
  let billedUsd = 0;
  try {
    const outcome = await lane.caller.call(call, options.signal, options.leave);
    endTurn();
    const known = outcome.status === "fail" ? outcome : await priced(outcome, call, lane);
    // A cost that is not known counts as what was reserved: better too careful.
    const unsettledUsd = call.mostUsd * (outcome.unsettled ?? 0);
    const record = recordOf(call, unsettledUsd > 0 ? { unsettledUsd, ...known } : known);
    billedUsd = unsettledUsd;
    if (record.status === "done") {
      const spent = spentUsd(record);
      billedUsd += Number.isNaN(spent) ? call.mostUsd : spent;
    }
    await journal.append(record);
    lane.caller.saved?.(call.key);
    return record;
  } finally {
    for (const reservation of reservations) reservation.settle(billedUsd);
  }
}

async function priced(
  { status, completion: answer, attempts, unsettled, at, cached }: Extract<CallOutcome, { status: "done" }>,
  { request }: PlannedCall,
  { costOf }: Lane,
): Promise<KeptOutcome> {
  const { completion, costUsd, costSource } = await costOf(answer, request);
  const tried = { attempts, ...(unsettled !== undefined && { unsettled }) };
  return { status, completion, costUsd, costSource, at, cached, ...tried };
}

function recordOf(call: PlannedCall, outcome: PricedOutcome & Pick<JournalRecord, "unsettledUsd">): JournalRecord {
  const { key, dataset, split, index, model, sample, request } = call;
  return { key, dataset, split, index, model, sample, requestedModel: request.model, ...outcome };
}
