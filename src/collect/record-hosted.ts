/**
 * Records what a hosted router answers: every prompt of a table is asked once, each finished call goes to the journal at
 * once, and result files are made from the journal. A run that was stopped goes on where it was; a failed call is tried
 * again by the next run. Answers are not scored here. Spec of routers §4.17.
 */
import { createHash } from "node:crypto";
import { join } from "node:path";
import type { ChatCompletion, ChatParameters, ChatProvider, ChatRequest } from "../core/chat.ts";
import { SignalboxError, throwIfAborted } from "../core/errors.ts";
import type { OutcomeTable } from "../core/outcome-table.ts";
import type { CallCost } from "../prices/call-cost.ts";
import { makeFolder } from "../store/make-folder.ts";
import type { ResultDetails } from "../store/project.ts";
import type { PlannedCall } from "./engine/caller.ts";
import { localCaller } from "./engine/local-caller.ts";
import { runCalls } from "./engine/run-calls.ts";
import type { Lane } from "./engine/run-calls.ts";
import { RateLimiter } from "./flow/rate-limiter.ts";
import { systemClock } from "./flow/system-clock.ts";
import { withJournal } from "./journal/journal.ts";
import { placedPrompts } from "./prompts.ts";
import type { PlacedPrompt } from "./prompts.ts";
import { writeRecorded } from "./write-recorded.ts";
import type { RecordedFile } from "./write-recorded.ts";

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
  /** of the table: expected answers and further fields, which go into the result files */
  readonly details?: ResultDetails | undefined;
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
  const prompts = placedPrompts(table, options.details).slice(0, options.limit);
  const plan = planOf(prompts, hosted);
  await makeFolder(options.output);
  const path = join(options.output, `${hosted.name}.journal.jsonl`);
  return await withJournal(path, async (journal) => {
    const open = plan.filter(({ key }) => !journal.before.done.has(key));
    let finished = 0;
    const lane: Lane = {
      name: hosted.name,
      caller: localCaller({
        provider: hosted.provider,
        concurrency: options.concurrency,
        pace: new RateLimiter({}, systemClock),
        retries: options.retries,
        firstWaitMs: options.firstWaitMs,
        deadlines: { totalMs: options.timeoutMs },
      }),
      budgets: [],
      costOf: (completion) => Promise.resolve(asBilled(completion)),
      calls: open,
    };
    const [summary] = await runCalls([lane], journal, {
      signal: options.signal,
      onOutcome: () => options.onProgress?.(++finished, open.length, hosted.name),
    });
    const files = await writeRecorded(options.output, path, filesOf(plan, prompts), "moments");
    return {
      asked: open.length,
      kept: plan.length - open.length,
      failed: summary?.failed ?? 0,
      billedUsd: summary?.costUsd ?? 0,
      files,
      journal: path,
      firstFailure: summary?.firstFailure,
    };
  });
}

/** A hosted router has no price of ours: what it bills is what it costs. */
function asBilled(completion: ChatCompletion): CallCost {
  const { reportedCostUsd: costUsd } = completion;
  return { completion, costUsd, costSource: Number.isNaN(costUsd) ? "none" : "billed" };
}

function planOf(prompts: readonly PlacedPrompt[], hosted: HostedRouter): PlannedCall[] {
  const { requestedModel, parameters, baseUrl, name } = hosted;
  return prompts.map(({ dataset, split, index, text }) => {
    const request: ChatRequest = { model: requestedModel, messages: [{ role: "user", content: text }], parameters };
    const identity = JSON.stringify([baseUrl, request, dataset, split, index]);
    const key = createHash("sha256").update(identity).digest("base64url");
    return { key, dataset, split, index, model: name, sample: 0, request, tokensGuess: 0, mostUsd: 0 };
  });
}

/** The plan by result file; the calls in the order of the prompts' indices. */
function filesOf(plan: readonly PlannedCall[], prompts: readonly PlacedPrompt[]): Iterable<RecordedFile> {
  const files = new Map<string, { key: string; prompt: PlacedPrompt }[]>();
  for (const [i, prompt] of prompts.entries()) {
    const name = JSON.stringify([prompt.dataset, prompt.split]);
    const calls = files.get(name) ?? [];
    files.set(name, calls);
    calls.push({ key: plan[i]?.key ?? "", prompt });
  }
  const model = plan[0]?.model ?? "";
  return [...files.values()].map((calls): RecordedFile => {
    const { dataset = "", split = "" } = calls[0]?.prompt ?? {};
    const sorted = calls.toSorted((a, b) => a.prompt.index - b.prompt.index);
    return { dataset, split, model, calls: () => sorted };
  });
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
