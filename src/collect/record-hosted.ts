/**
 * Records what a hosted router answers: every prompt of a table is asked once, each finished call goes to the journal at
 * once, and result files are made from the journal. A run that was stopped goes on where it was; a failed call is tried
 * again by the next run. Answers are not scored here. Spec of routers §4.17.
 */
import { createHash } from "node:crypto";
import { join } from "node:path";
import PQueue from "p-queue";
import { defaultDeadlines } from "../core/chat.ts";
import type { ChatCompletion, ChatParameters, ChatProvider, ChatRequest } from "../core/chat.ts";
import { SignalboxError, throwIfAborted } from "../core/errors.ts";
import type { OutcomeTable } from "../core/outcome-table.ts";
import { EndpointError } from "../providers/endpoint-error.ts";
import { withRetries } from "../providers/with-retries.ts";
import { makeFolder } from "../store/make-folder.ts";
import { withJournal } from "./journal/journal.ts";
import type { Journal } from "./journal/journal.ts";
import type { CallPlace, JournalRecord } from "./journal/record.ts";
import { placedPrompts } from "./prompts.ts";
import type { PlacedPrompt } from "./prompts.ts";
import { writeRecorded } from "./write-recorded.ts";

export interface HostedRouter {
  readonly provider: ChatProvider;
  /** the name it gets in results */
  readonly name: string;
  /** what is asked for, e.g. "openrouter/auto" */
  readonly requestedModel: string;
  /** stands in the key of a call: another address is another call */
  readonly baseUrl: string;
  readonly parameters: ChatParameters;
}

export interface RecordOptions {
  /** results folder; the journal lies in it */
  readonly output: string;
  /** at most so many prompts, in the order of the table */
  readonly limit?: number | undefined;
  readonly concurrency: number;
  /** attempts after the first */
  readonly retries: number;
  readonly firstWaitMs?: number | undefined;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((done: number, total: number, what: string) => void) | undefined;
}

export interface Recorded {
  readonly asked: number;
  readonly kept: number;
  readonly failed: number;
  /** USD as billed in this run; NaN when some call told no cost */
  readonly billedUsd: number;
  readonly files: readonly string[];
  readonly journal: string;
  /** why the first failed call failed */
  readonly firstFailure: string | undefined;
}

interface PlannedCall extends CallPlace {
  readonly key: string;
  readonly request: ChatRequest;
}

/**
 * Asks what is not answered yet, then writes the result files of all that is.
 * @throws UsageError when another process records into the same folder; WriteError when an answer cannot be saved, at once,
 *   so that nothing more is paid for; EndpointError when the endpoint refuses the key or the account.
 */
export async function recordHosted(
  table: OutcomeTable,
  hosted: HostedRouter,
  options: RecordOptions,
): Promise<Recorded> {
  throwIfAborted(options.signal, "recording");
  const prompts = placedPrompts(table).slice(0, options.limit);
  const plan = planOf(prompts, hosted);
  await makeFolder(options.output);
  const path = join(options.output, `${hosted.name}.journal.jsonl`);
  return await withJournal(path, async (journal) => {
    const open = plan.filter(({ key }) => !journal.before.done.has(key));
    const outcomes = await askAll(open, hosted, journal, options);
    const files = await writeRecorded(options.output, path, prompts, new Set(plan.map(({ key }) => key)));
    const failures = outcomes.filter((outcome) => outcome.status === "fail");
    const paid = outcomes.filter((outcome) => outcome.status === "done");
    return {
      asked: open.length,
      kept: plan.length - open.length,
      failed: failures.length,
      billedUsd: paid.reduce((sum, { costUsd }) => sum + costUsd, 0),
      files,
      journal: path,
      firstFailure: failures[0]?.reason,
    };
  });
}

function planOf(prompts: readonly PlacedPrompt[], hosted: HostedRouter): PlannedCall[] {
  const { requestedModel, parameters, baseUrl, name } = hosted;
  return prompts.map(({ dataset, split, index, text }) => {
    const request: ChatRequest = { model: requestedModel, messages: [{ role: "user", content: text }], parameters };
    const identity = JSON.stringify([baseUrl, request, dataset, split, index]);
    const key = createHash("sha256").update(identity).digest("base64url");
    return { key, dataset, split, index, model: name, sample: 0, request };
  });
}

/** Calls side by side; the first answer that cannot be saved, or a refusal that holds for all calls, stops the rest. */
async function askAll(
  calls: readonly PlannedCall[],
  hosted: HostedRouter,
  journal: Journal,
  options: RecordOptions,
): Promise<JournalRecord[]> {
  const stop = new AbortController();
  const signal = options.signal ? AbortSignal.any([options.signal, stop.signal]) : stop.signal;
  const queue = new PQueue({ concurrency: options.concurrency });
  const outcomes: JournalRecord[] = [];
  const finish = async (call: PlannedCall): Promise<void> => {
    if (signal.aborted) return;
    try {
      const outcome = await ask(call, hosted, { ...options, signal });
      await journal.append(outcome);
      outcomes.push(outcome);
      options.onProgress?.(outcomes.length, calls.length, `${hosted.name}, ${failedOf(outcomes)} failed`);
    } catch (error) {
      if (!signal.aborted) stop.abort(error);
    }
  };
  await queue.addAll(calls.map((call) => () => finish(call)));
  throwIfAborted(options.signal, "recording");
  if (stop.signal.aborted) throw stop.signal.reason;
  return outcomes;
}

function failedOf(outcomes: readonly JournalRecord[]): number {
  return outcomes.filter(({ status }) => status === "fail").length;
}

/** Statuses that every further call would meet as well. */
const hopeless = new Set([401, 402, 403]);

async function ask(call: PlannedCall, hosted: HostedRouter, options: RecordOptions): Promise<JournalRecord> {
  const { request, ...place } = call;
  const head = { ...place, requestedModel: hosted.requestedModel };
  const { retries, firstWaitMs, signal, timeoutMs } = options;
  const deadlines = { ...defaultDeadlines, totalMs: timeoutMs };
  let attempts = 0;
  const once = (): Promise<ChatCompletion> => {
    attempts++;
    return hosted.provider.complete(request, { deadlines, signal, idempotencyKey: call.key });
  };
  try {
    const completion = await withRetries(once, { retries, firstWaitMs, signal });
    const costUsd = completion.reportedCostUsd;
    const costSource = Number.isNaN(costUsd) ? "none" : "billed";
    return { ...head, at: now(), status: "done", completion, costUsd, costSource, attempts, cached: false };
  } catch (error) {
    signal?.throwIfAborted();
    if (!(error instanceof EndpointError) || hopeless.has(error.status ?? 0)) throw error;
    const { failure, status = NaN, problem } = error;
    return { ...head, at: now(), status: "fail", failure, httpStatus: status, reason: problem, attempts };
  }
}

function now(): string {
  return new Date().toISOString();
}

/** The address as it may be used: https, or this machine. @throws SignalboxError for anything else */
export function checkedBaseUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isLocal = url !== undefined && ["127.0.0.1", "[::1]", "localhost"].includes(url.hostname);
  if (url && (url.protocol === "https:" || (url.protocol === "http:" && isLocal)) && url.username === "") return text;
  throw new SignalboxError({
    problem: `"${text}" is not an https address (http is for this machine only)`,
    where: "--base-url",
    mend: "Give the endpoint's address without a key in it, e.g. https://openrouter.ai/api/v1",
  });
}
