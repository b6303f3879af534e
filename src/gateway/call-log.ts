/**
 * The log of calls: a line for each decision that was carried out, and for each call to a model that the client named. It is what
 * `signalbox replay` compares and `signalbox fit` learns from. Nobody waits for it, and no call fails with it.
 */
import { decisionRecord, driftRecord, namedRecord } from "../serving/decision-record.ts";
import type { DecisionRecord, FeedbackRecord, NamedRecord, Outcome } from "../serving/decision-record.ts";
import type { DriftChange } from "../serving/drift-alarms.ts";
import { dialogueText } from "../serving/dialogue-text.ts";
import type { LineLog } from "../store/line-log.ts";
import type { CallRecord } from "./call-record.ts";
import type { GatewaySettings } from "./config.ts";
import type { Redactor } from "./redactor.ts";
import type { RunningCall } from "./running-call.ts";

/** What of a call's context its line needs. */
interface LogContext {
  readonly redactor: Redactor;
  readonly settings: GatewaySettings;
}

export interface CallLog {
  /** whether prompts and answers are kept as well */
  readonly keepsContent: boolean;
  /** Writes down how a call went; one that was refused before anybody was chosen leaves no line. */
  call(context: LogContext, call: RunningCall, record: CallRecord): void;
  feedback(context: Pick<LogContext, "redactor">, feedback: FeedbackRecord): void;
  drift(change: DriftChange): void;
  /** Resolves once all that was told is on disk, or lost. */
  close(): Promise<void>;
  /** lines that could not be written */
  readonly lost: number;
}

/** Over an opened file of lines; closing closes it. */
export function callLog(lines: LineLog, { content: keepsContent }: { readonly content: boolean }): CallLog {
  const pending = new Set<Promise<void>>();
  return {
    keepsContent,
    call({ redactor, settings }, call, record) {
      const { decision, chain } = call.choice;
      if (decision === undefined && chain.length === 0) return;
      const outcome = outcomeOf(record, keepsContent ? contentOf(call, settings) : null);
      // The one place where a line leaves: keys that a prompt or an answer quotes stay here.
      const write = (line: DecisionRecord | NamedRecord): void => lines.append(redactor.text(JSON.stringify(line)));
      if (decision === undefined) return write(namedRecord(outcome));
      const written = decisionRecord(decision, outcome).then(write);
      pending.add(written);
      void written.finally(() => pending.delete(written));
    },
    feedback: ({ redactor }, line) => lines.append(redactor.text(JSON.stringify(line))),
    drift: (change) => lines.append(JSON.stringify(driftRecord(change, new Date().toISOString()))),
    async close() {
      await Promise.all(pending);
      await lines.close();
    },
    get lost() {
      return lines.lost;
    },
  };
}

function outcomeOf(record: CallRecord, content: Outcome["content"]): Outcome {
  const { key, operation, stream, outcome, status, code, firstTokenMs, usage } = record;
  const isAnswered = record.model !== "" && outcome !== "passed-on";
  return {
    requestId: record.requestId,
    at: record.at,
    model: isAnswered ? record.model : null,
    costUsd: known(record.costUsd),
    answerCostUsd: isAnswered ? known(record.paid.costUsd) : null,
    inputTokens: known(usage?.inputTokens),
    outputTokens: known(usage?.outputTokens),
    latencyMs: record.latencyMs,
    content,
    call: {
      key,
      operation,
      stream,
      outcome,
      status,
      code,
      firstTokenMs: known(firstTokenMs),
      failures: record.failures.map(({ model, failure }) => ({ model, failure })),
    },
  };
}

/** The prompt as routers read it: what is fitted on it later is asked about the same text. Vectors are no content. */
function contentOf(
  { wire, body, forwarded }: RunningCall,
  { conversation }: Pick<GatewaySettings, "conversation">,
): Outcome["content"] {
  const dialogue = body && wire.operation !== "embeddings" ? wire.dialogue(body.fields) : undefined;
  if (dialogue === undefined) return null;
  const facts = forwarded?.facts ?? forwarded?.watch?.facts();
  return { prompt: dialogueText(dialogue, conversation), answer: facts?.text ?? "" };
}

function known(value = NaN): number | null {
  return Number.isNaN(value) ? null : value;
}
