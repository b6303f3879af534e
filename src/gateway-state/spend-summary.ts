/**
 * What was spent, by key, model and day; and what the same requests would have cost at one model. Measured from logged tokens and
 * prices, under one assumption, which is said beside the figures: another model would have used as many tokens.
 */
import type { TokenUsage } from "../core/chat.ts";
import { costUsd } from "../prices/price.ts";
import type { Price } from "../prices/price.ts";
import type { SpendRecord } from "./spend-record.ts";

export interface SpendRow {
  readonly name: string;
  calls: number;
  inputTokens: number;
  outputTokens: number;
  /** of the calls whose cost is known */
  costUsd: number;
  /** calls whose cost is not known */
  unknown: number;
}

export interface AlwaysOne {
  readonly model: string;
  /** NaN where it has no price */
  readonly costUsd: number;
}

export interface SpendSummary {
  /** ISO 8601; "" where there is no call */
  readonly from: string;
  readonly to: string;
  readonly total: SpendRow;
  readonly byKey: readonly SpendRow[];
  readonly byModel: readonly SpendRow[];
  readonly byDay: readonly SpendRow[];
  readonly against: SpendAgainst;
}

/** Over the same requests: those whose tokens and cost are known. */
export interface SpendAgainst {
  readonly requests: number;
  /** requests that cannot be compared, since tokens or cost are not known */
  readonly leftOut: number;
  /** requests that were paid for and got no answer: left, cut or failed. They stand in no comparison */
  readonly unanswered: number;
  /** what those cost, as far as it is known */
  readonly unansweredUsd: number;
  /** what the compared ones did cost, with all the calls made for them */
  readonly spentUsd: number;
  /** the same requests at each model, the dearest first; models without a price last, as NaN */
  readonly always: readonly AlwaysOne[];
}

/** @param prices of the models that could have been asked; undefined = none is known */
export async function summarizeSpend(
  records: AsyncIterable<SpendRecord>,
  prices: ReadonlyMap<string, Price | undefined>,
): Promise<SpendSummary> {
  const total = emptyRow("total");
  const [byKey, byModel, byDay] = [rows(), rows(), rows()];
  const always = new Map(Array.from(prices, ([model, price]) => [model, price ? 0 : NaN]));
  const counted = { requests: 0, leftOut: 0, unanswered: 0, unansweredUsd: 0, spentUsd: 0 };
  const unserved = new Map<string, number>();
  let [from, to] = ["", ""];
  for await (const record of records) {
    if (from === "" || record.at < from) from = record.at;
    if (record.at > to) to = record.at;
    const of = [byKey(keyOf(record)), byModel(record.model), byDay(record.at.slice(0, 10))];
    for (const row of [total, ...of]) add(row, record);
    if (!record.served) putAside(record, unserved, counted);
    else compare(record, takeOut(record, unserved), counted, always, prices);
  }
  for (const usd of unserved.values()) countUnanswered(usd, counted);
  const dearestFirst = Array.from(always, ([model, usd]) => ({ model, costUsd: usd })).toSorted(byCost);
  const against = { ...counted, always: dearestFirst };
  return { from, to, total, byKey: byKey.all(), byModel: byModel.all(), byDay: byDay.all(), against };
}

function keyOf({ key, keyName }: SpendRecord): string {
  return key === "" ? "(no key)" : keyName === "" ? key : `${keyName} (${key})`;
}

type Counted = { -readonly [Name in keyof Omit<SpendAgainst, "always">]: SpendAgainst[Name] };

/** The lines of a request stand together, the one of its answer last: so many requests wait for theirs at most. */
const mostWaiting = 10_000;

/** A call that was paid and not served waits for the answer that was. */
function putAside({ requestId, costUsd: cost }: SpendRecord, unserved: Map<string, number>, counted: Counted): void {
  unserved.set(requestId, (unserved.get(requestId) ?? 0) + cost);
  const [oldest] = unserved;
  if (oldest === undefined || unserved.size <= mostWaiting) return;
  unserved.delete(oldest[0]);
  countUnanswered(oldest[1], counted);
}

function takeOut({ requestId }: SpendRecord, unserved: Map<string, number>): number {
  const usd = unserved.get(requestId) ?? 0;
  unserved.delete(requestId);
  return usd;
}

function countUnanswered(usd: number, counted: Counted): void {
  counted.unanswered++;
  counted.unansweredUsd += known(usd);
}

/** @param before USD that the request had cost when it was answered */
function compare(
  { usage, costUsd: cost }: SpendRecord,
  before: number,
  counted: Counted,
  always: Map<string, number>,
  prices: ReadonlyMap<string, Price | undefined>,
): void {
  if (usage === undefined || Number.isNaN(before + cost + usage.inputTokens + usage.outputTokens)) {
    counted.leftOut++;
    return;
  }
  counted.requests++;
  counted.spentUsd += before + cost;
  for (const [model, price] of prices) if (price) always.set(model, (always.get(model) ?? NaN) + costAt(usage, price));
}

/** NaN for usage that cannot be. */
function costAt(usage: TokenUsage, price: Price): number {
  try {
    return costUsd(usage, price);
  } catch (error) {
    if (error instanceof RangeError) return NaN;
    throw error;
  }
}

function add(row: SpendRow, { usage, costUsd: cost }: SpendRecord): void {
  row.calls++;
  row.inputTokens += known(usage?.inputTokens);
  row.outputTokens += known(usage?.outputTokens);
  row.costUsd += known(cost);
  if (Number.isNaN(cost)) row.unknown++;
}

function known(value = NaN): number {
  return Number.isNaN(value) ? 0 : value;
}

function emptyRow(name: string): SpendRow {
  return { name, calls: 0, inputTokens: 0, outputTokens: 0, costUsd: 0, unknown: 0 };
}

/** Rows by name, made when first asked for; all of them sorted by name. */
function rows(): { (name: string): SpendRow; all(): SpendRow[] } {
  const found = new Map<string, SpendRow>();
  const row = (name: string): SpendRow => {
    const there = found.get(name) ?? emptyRow(name);
    found.set(name, there);
    return there;
  };
  return Object.assign(row, { all: () => [...found.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1)) });
}

function byCost(one: AlwaysOne, other: AlwaysOne): number {
  if (Number.isNaN(one.costUsd)) return Number.isNaN(other.costUsd) ? 0 : 1;
  return Number.isNaN(other.costUsd) ? -1 : other.costUsd - one.costUsd;
}
