/** Sends what an endpoint answered: a whole body as it came, or a stream piece by piece. */
import type { OutgoingHttpHeaders } from "node:http";
import { ApiError } from "../api-error.ts";
import type { GatewayContext } from "../gateway-context.ts";
import { ClientLeft } from "../running-call.ts";
import type { RunningCall } from "../running-call.ts";
import { brokenStream } from "../upstream/failed-call.ts";
import type { Forwarded } from "../upstream/forward.ts";
import { answerHeaders, decisionHeaders } from "./answer-headers.ts";
import { relayStream } from "./relay-stream.ts";

/** @throws ApiError for a stream that broke after it had begun: the client is told by an event, in `endCall` */
export async function sendAnswer(context: GatewayContext, call: RunningCall, forwarded: Forwarded): Promise<void> {
  const { answer, watch } = forwarded;
  const headers = { ...answerHeaders(answer.headers, context.redactor), ...headersOf(call) };
  if (answer.kind === "whole") return sendWhole(context, call, { ...answer, headers });
  if (watch === undefined) throw new ApiError({ status: 500, code: "internal", problem: "a stream nobody watches" });
  call.response.writeHead(answer.status, { ...headers, "cache-control": "no-cache", "x-accel-buffering": "no" });
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
  if (call.signal.reason instanceof ClientLeft) throw call.signal.reason;
  if (error) throw brokenStream(error);
  call.response.end();
}

/** Headers that say who answers and why. */
export function headersOf(call: RunningCall): OutgoingHttpHeaders {
  const { choice, requestId, explain, forwarded } = call;
  return decisionHeaders({ ...choice, requestId, explain, model: forwarded?.model });
}

function sendWhole(
  { redactor }: GatewayContext,
  { response }: RunningCall,
  { status, headers, body }: { readonly status: number; readonly headers: OutgoingHttpHeaders; readonly body: Buffer },
): void {
  const clean = redactor.bytes(body);
  response.writeHead(status, { ...headers, "content-length": clean.length });
  response.end(clean);
}
