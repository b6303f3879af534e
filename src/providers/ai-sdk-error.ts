/** What an error of the AI SDK, or of the line beneath it, is called here. */
import type { CallDeadlines } from "../core/chat.ts";
import { SignalboxError } from "../core/errors.ts";
import { EndpointError } from "./endpoint-error.ts";
import { lateness } from "./exchange.ts";
import { malformed, refusal } from "./post-json.ts";
import { fieldsOf, wordOf } from "./wire-fields.ts";
import type { Fields } from "./wire-fields.ts";

/** What was known of the call when it failed. */
export interface CallState {
  /** where it went, for the message */
  readonly where: string;
  readonly deadlines: CallDeadlines;
  /** whether the total deadline has passed */
  readonly isLate: boolean;
  /** whether the head of a reply had come */
  readonly answered: boolean;
}

/** An EndpointError; an error of ours passes as it is. */
export function aiSdkError(error: unknown, { where, deadlines, isLate, answered }: CallState): SignalboxError {
  const chain = causesOf(error);
  const ours = chain.find((one) => one instanceof SignalboxError);
  if (ours instanceof SignalboxError) return ours;
  const line = { where, retriable: true, cause: error };
  const late = { timeoutMs: deadlines.totalMs, firstByteMs: deadlines.firstByteMs, idleMs: deadlines.idleMs };
  const code = chain.map((one) => wordOf(fieldsOf(one)["code"])).find((one) => one !== "") ?? "";
  const missed = isLate ? `gave no answer within ${deadlines.totalMs} ms` : lateness(code, late);
  if (missed !== undefined) return new EndpointError({ ...line, problem: missed, failure: "deadline" });
  const replied = chain.map(fieldsOf).find((one) => typeof one["statusCode"] === "number" && one["statusCode"] !== 200);
  if (replied) return refusal(where, replyIn(replied));
  if (code === "" && !isLineFault(chain))
    return malformed(where, `the AI SDK cannot read the answer: ${said(chain)}`, error);
  const why = answered ? "broke off its answer" : "could not be reached";
  return new EndpointError({
    ...line,
    problem: `${why} (${code || said(chain)})`,
    failure: answered ? "cut" : "connect",
  });
}

function replyIn(error: Fields): { status: number; headers: Readonly<Record<string, string>>; text: string } {
  const headers = fieldsOf(error["responseHeaders"]) as Readonly<Record<string, string>>;
  return { status: Number(error["statusCode"]), headers, text: wordOf(error["responseBody"]) };
}

/** The error, what caused it, and so on; retry errors of the SDK hold the last one beside. */
function causesOf(error: unknown): unknown[] {
  const chain: unknown[] = [];
  for (let at = error; at !== undefined && at !== null && chain.length < 8;) {
    chain.push(at);
    const { cause, lastError } = fieldsOf(at);
    at = cause ?? lastError;
  }
  return chain;
}

function isLineFault(chain: readonly unknown[]): boolean {
  return chain.some((one) => {
    const { isRetryable, statusCode } = fieldsOf(one);
    if (isRetryable === true && statusCode === undefined) return true;
    return one instanceof TypeError && /^(terminated|fetch failed)/.test(one.message);
  });
}

function said(chain: readonly unknown[]): string {
  const [first] = chain;
  return first instanceof Error ? first.message : String(first);
}
