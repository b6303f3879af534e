/** Sends what an endpoint answered: a whole body as it came, or a stream piece by piece. */
import { ApiError } from "../api-error.ts";
import type { GatewayContext } from "../gateway-context.ts";
import { ClientLeft } from "../running-call.ts";
import type { RunningCall } from "../running-call.ts";
import { brokenStream } from "../upstream/failed-call.ts";
import type { Forwarded } from "../upstream/forward.ts";
import type { HeldAnswer } from "../upstream/held-answer.ts";
import { addAnswerHeaders, addDecisionHeaders } from "./answer-headers.ts";
import type { HeaderList } from "./answer-headers.ts";
import { relayStream } from "./relay-stream.ts";

/** @throws ApiError for a stream that broke after it had begun: the client is told by an event, in `endCall` */
export async function sendAnswer(context: GatewayContext, call: RunningCall, forwarded: Forwarded): Promise<void> {
  const { answer, watch } = forwarded;
  const headers: HeaderList = [];
  addAnswerHeaders(headers, answer.headers, context.redactor);
  addHeadersOf(headers, call);
  if (answer.kind === "whole") return sendWhole(context, call, answer, headers);
  if (watch === undefined) throw new ApiError({ status: 500, code: "internal", problem: "a stream nobody watches" });
  headers.push("cache-control", "no-cache", "x-accel-buffering", "no");
  call.response.writeHead(answer.status, headers);
  const { slowClientSeconds } = context.settings.limits;
  const error = await relayStream({
    flow: answer.flow,
    watch,
    label: forwarded.endpoint.label,
    response: call.response,
    clientIdleMs: slowClientSeconds * 1000,
    clean: (bytes) => context.redactor.bytes(bytes),
    onSlowClient: () => call.response.destroy(),
  });
  const { reason } = call.stop;
  // What ended it from our side is told instead of what the line said then.
  if (reason && (error || reason instanceof ClientLeft)) throw reason;
  if (error) throw brokenStream(error);
  call.response.end();
}

/** Adds the headers that say who answers and why. */
export function addHeadersOf(list: HeaderList, { choice, requestId, explain, forwarded }: RunningCall): void {
  const { chain, decision } = choice;
  addDecisionHeaders(list, { chain, decision, requestId, explain, model: forwarded?.model });
}

function sendWhole(
  { redactor }: GatewayContext,
  { response }: RunningCall,
  { status, body }: Extract<HeldAnswer, { kind: "whole" }>,
  headers: HeaderList,
): void {
  const clean = redactor.bytes(body);
  headers.push("content-length", String(clean.length));
  response.writeHead(status, headers);
  response.end(clean);
}
