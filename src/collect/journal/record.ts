/**
 * One line of the journal: one call, finished. The key stands first, then whether it succeeded, at fixed places, so that a
 * scan of a million lines need not parse them.
 */
import type { CallFailure, ChatCompletion, CostSource } from "../../core/chat.ts";
import { spentUsd } from "../../prices/call-cost.ts";
import { completionFromJson } from "../../core/completion-from-json.ts";

/** Where a call belongs. `index` is the prompt's position in the data set, from 1; `sample` counts repeats from 0. */
export interface CallPlace {
  readonly dataset: string;
  readonly split: string;
  readonly index: number;
  /** the user's name of the model */
  readonly model: string;
  readonly sample: number;
}

/** Attempts without an answer that may be billed all the same; absent where there were none. */
interface Unsettled {
  readonly unsettled?: number | undefined;
  /** what the budget keeps for them, USD: what was reserved, each */
  readonly unsettledUsd?: number | undefined;
}

export interface SucceededCall extends CallPlace, Unsettled {
  readonly key: string;
  readonly status: "done";
  /** the provider's name of the model, as asked */
  readonly requestedModel: string;
  readonly completion: ChatCompletion;
  /** NaN where it is not known */
  readonly costUsd: number;
  readonly costSource: CostSource;
  readonly attempts: number;
  /** ISO 8601 */
  readonly at: string;
  /** the answer came from the cache, and cost nothing now */
  readonly cached: boolean;
}

export interface FailedCall extends CallPlace, Unsettled {
  readonly key: string;
  readonly status: "fail";
  readonly requestedModel: string;
  readonly failure: CallFailure;
  /** HTTP status; NaN when there was no reply */
  readonly httpStatus: number;
  readonly reason: string;
  readonly attempts: number;
  readonly at: string;
}

export type JournalRecord = SucceededCall | FailedCall;

/** Characters of a key: SHA-256 in base64url. */
export const keyLength = 43;

const beforeKey = '{"key":"';
const beforeStatus = '","status":"';
/** The length of a line's fixed head, status included. */
export const headLength = beforeKey.length + keyLength + beforeStatus.length + 4;

/** The record as a line, without its end; what a scan wants to know stands first. NaN is written as null. */
export function lineOf(record: JournalRecord): string {
  if (record.status === "fail") {
    const { key, status, model, ...rest } = record;
    const bill = record.unsettledUsd === undefined ? {} : { spentUsd: record.unsettledUsd, cached: false };
    return JSON.stringify({ key, status, model, ...bill, ...rest });
  }
  const { key, status, model, cached, ...rest } = record;
  return JSON.stringify({ key, status, model, spentUsd: takenUsd(record), cached, ...rest });
}

/** What an answer took, and the attempts before it that may be billed. */
function takenUsd(record: SucceededCall): number {
  return spentUsd(record) + (record.unsettledUsd ?? 0);
}

/** What an answer took of the budget in the run it stands for: nothing when it came from the cache; NaN where it is not known. */
export interface Bill {
  readonly model: string;
  readonly billedUsd: number;
}

const billPattern = /^,"model":("(?:[^"\\]|\\.)*"),"spentUsd":([^,]+),"cached":(true|false),/;
/** Characters behind the head in which a bill is looked for; a longer name takes the slow way. */
const billLength = 300;

/** The bill in a failure's line: what may be billed of it; undefined where nothing may. */
export function failedBillOf(bytes: Buffer): Bill | undefined {
  const found = billPattern.exec(bytes.toString("utf8", headLength + 1, headLength + 1 + billLength));
  return found ? { model: JSON.parse(found[1] ?? "") as string, billedUsd: Number(found[2]) } : undefined;
}

/** The bill in an answer's line, the rest of which is parsed only where it does not stand first. */
export function billOf(bytes: Buffer): Bill {
  const found = billPattern.exec(bytes.toString("utf8", headLength + 1, headLength + 1 + billLength));
  if (found) {
    const [, model = "", spent = "", cached] = found; // Number("null") is NaN: not known
    return { model: JSON.parse(model) as string, billedUsd: cached === "true" ? 0 : Number(spent) };
  }
  const record = recordOf(bytes.toString("utf8")) as SucceededCall;
  return { model: record.model, billedUsd: record.cached ? 0 : takenUsd(record) };
}

/** Key and status of a line's head; undefined when it is not one. */
export function headOf(head: string): { readonly key: string; readonly status: "done" | "fail" } | undefined {
  const key = head.slice(beforeKey.length, beforeKey.length + keyLength);
  const status = head.slice(headLength - 4, headLength);
  if (!head.startsWith(beforeKey) || !/^[\w-]+$/.test(key)) return undefined;
  if (!head.startsWith(beforeStatus, beforeKey.length + keyLength)) return undefined;
  return status === "done" || status === "fail" ? { key, status } : undefined;
}

/** The record in a line. @throws SyntaxError when it is not JSON */
export function recordOf(line: string): JournalRecord {
  const { spentUsd: _spentUsd, ...stored } = JSON.parse(line) as JournalRecord & { readonly spentUsd?: number };
  const record = stored as JournalRecord;
  if (record.status === "fail") {
    const { cached: _cached, ...failed } = record as FailedCall & { readonly cached?: false };
    return { ...failed, httpStatus: number(failed.httpStatus) };
  }
  // Into the copy: V8 keeps objects that begin with a spread alive far longer, and a journal has many of them.
  return Object.assign(record, { costUsd: number(record.costUsd), completion: completionFromJson(record.completion) });
}

/** What JSON cannot say: null is NaN. */
function number(value: number | null): number {
  return value ?? NaN;
}
