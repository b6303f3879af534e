/** The end of a call: what the client is still told, and the record of it. */
import { InterruptedError } from "../../core/errors.ts";
import { EndpointError } from "../../providers/endpoint-error.ts";
import { ApiError, errorEvent } from "../api-error.ts";
import type { CallOutcome, CallRecord } from "../call-record.ts";
import type { GatewayContext } from "../gateway-context.ts";
import { ClientLeft } from "../running-call.ts";
import type { RunningCall } from "../running-call.ts";
import { brokenStream } from "../upstream/failed-call.ts";
import type { Forwarded } from "../upstream/forward.ts";
import { costOfCall } from "./cost-of-call.ts";
import type { AnswerCost } from "./answer-cost.ts";
import { settleCall } from "./settle-call.ts";
import type { HeaderList } from "./answer-headers.ts";
import { addHeadersOf } from "./send-answer.ts";
import { sendError } from "./send-error.ts";

/** @param error undefined = it was answered */
export function endCall(context: GatewayContext, call: RunningCall, error: unknown): void {
  const hasLeft = error instanceof ClientLeft || call.stop.reason instanceof ClientLeft;
  if (error === undefined || hasLeft) return record(context, call, hasLeft ? "left" : answered(call), undefined);
  const told = apiError(context, error);
  const { response, wire } = call;
  if (!response.headersSent) {
    const headers: HeaderList = [];
    addHeadersOf(headers, call);
    sendError(response, told, { format: wire.format, redactor: context.redactor, headers });
    return record(context, call, "failed", told);
  }
  // An answer has begun: it ends with an event that says so, in the client's format.
  const message = context.redactor.text(told.message);
  const { status, code, param } = told;
  response.end(errorEvent(wire.format, { status, code, param, message }));
  record(context, call, "cut", told);
}

function answered({ forwarded }: RunningCall): CallOutcome {
  return forwarded?.answer.status === 200 ? "answered" : "passed-on";
}

/** What is no error of ours is a defect: the client is told that, and nothing of what it says. */
function apiError(context: GatewayContext, error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  if (error instanceof EndpointError) return brokenStream(error);
  if (error instanceof InterruptedError)
    return new ApiError({ status: 503, code: "draining", problem: error.problem, cause: error });
  context.onDefect(error);
  const problem = "the gateway failed; its log says more";
  return new ApiError({ status: 500, code: "internal", problem, cause: error });
}

/** One literal: of copies by spread V8 keeps many alive (ADR 0037). */
function record(context: GatewayContext, call: RunningCall, outcome: CallOutcome, error: ApiError | undefined): void {
  const { forwarded, wire } = call;
  const { key = nobody } = call;
  const { decision = undecided } = call.choice;
  const cost = costOfCall(call);
  // Written down before it is settled: whatever fails then, the call stands in the books.
  tell(context, call, {
    requestId: call.requestId,
    at: new Date().toISOString(),
    operation: wire.operation,
    key: key.id,
    keyName: key.name,
    asked: call.asked,
    stream: call.wantsStream,
    outcome,
    status: statusOf(call, outcome, error),
    code: error?.code ?? "",
    model: forwarded?.model.name ?? "",
    endpoint: forwarded?.endpoint.label ?? "",
    router: decision.router,
    reason: decision.reason,
    fallback: decision.fallback ?? "",
    policyHash: decision.policyHash,
    arm: decision.arm?.name ?? "",
    isDrifting: decision.isDrifting,
    decisionUs: decision.decisionUs,
    expectedScore: decision.score,
    expectedCostUsd: decision.costUsd,
    failures: call.failures.map(({ model, endpoint, error, paid }) => ({
      model: model.name,
      endpoint: endpoint.label,
      failure: error.failure,
      paid,
    })),
    usage: cost.usage,
    costUsd: totalUsd(call, cost),
    costSource: cost.costSource,
    paid: cost,
    rejected: call.rejected ?? noAnswers,
    firstTokenMs: firstTokenMs(forwarded),
    latencyMs: performance.now() - call.startedAt,
  });
  settleCall(context, call, outcome, cost);
}

function tell(context: GatewayContext, call: RunningCall, ended: CallRecord): void {
  context.onCall(ended);
  context.log?.call(context, call, ended);
  if (call.choice.decision?.shadow) context.liveMetrics.shadowed(call.choice.decision);
}

function totalUsd({ rejected, failures }: RunningCall, { costUsd: answerUsd }: AnswerCost): number {
  const failedUsd = failures.reduce((sum, { paid }) => sum + (paid?.costUsd ?? 0), answerUsd);
  return rejected === undefined ? failedUsd : rejected.reduce((sum, { costUsd }) => sum + costUsd, failedUsd);
}

const noAnswers: readonly AnswerCost[] = [];
const nobody = { id: "", name: "" };
const undecided = {
  router: "",
  reason: "",
  fallback: undefined,
  policyHash: "",
  arm: undefined,
  isDrifting: false,
  decisionUs: NaN,
  score: NaN,
  costUsd: NaN,
};

function firstTokenMs(forwarded: Forwarded | undefined): number {
  return forwarded?.answer.kind === "stream" ? forwarded.answer.firstTokenMs : NaN;
}

function statusOf({ forwarded }: RunningCall, outcome: CallOutcome, error: ApiError | undefined): number {
  if (outcome === "left") return 499;
  return error?.status ?? forwarded?.answer.status ?? 500;
}
