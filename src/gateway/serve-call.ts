/** One client's call from its body to the last byte of its answer: read, choose, forward, relay, record. */
import { randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { FastifyReply, FastifyRequest } from "fastify";
import { endCall } from "./answer/end-call.ts";
import { sendAnswer } from "./answer/send-answer.ts";
import { readBody } from "./body/read-body.ts";
import type { ReadBody } from "./body/read-body.ts";
import type { GatewayContext } from "./gateway-context.ts";
import { openGuard } from "./guard.ts";
import { bypassChoice, chainOf, decideRequest, targetOf, undecided } from "./model-choice.ts";
import type { ModelChoice } from "./model-choice.ts";
import { startCall } from "./running-call.ts";
import type { RunningCall } from "./running-call.ts";
import { forward } from "./upstream/forward.ts";
import type { Forwarded } from "./upstream/forward.ts";
import type { Wire } from "./wires/wire.ts";

/** Takes the reply over from fastify: nothing of it goes through its serializers. */
export async function serveCall(
  context: GatewayContext,
  wire: Wire,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<void> {
  reply.hijack();
  const call = startCall(context, wire, { requestId: `sb-${randomUUID()}`, response: reply.raw });
  try {
    await answer(context, call, request.body, request.raw);
  } catch (error) {
    endCall(context, call, error);
  } finally {
    call.close();
  }
}

async function answer(
  context: GatewayContext,
  call: RunningCall,
  bytes: unknown,
  { headers }: IncomingMessage,
): Promise<void> {
  const body = readBody(bytes, { mostDepth: context.settings.limits.depth });
  call.asked = body.model.slice(0, 200);
  call.promptCharacters = body.bytes.length;
  call.wantsStream = body.fields["stream"] === true;
  const header = (name: string): string | undefined => {
    const value = headers[name];
    return Array.isArray(value) ? value.join(",") : value;
  };
  const choosing = choose(context, call, body, header);
  const choice = choosing instanceof Promise ? await choosing : choosing;
  call.choice = choice;
  const forwarded = await forwardCall(context, call, body, headers);
  call.forwarded = forwarded;
  await sendAnswer(context, call, forwarded);
  endCall(context, call, undefined);
}

/** Without a promise where the decider needs none: the hot path has no turn of the event loop in it. */
function choose(
  context: GatewayContext,
  call: RunningCall,
  body: ReadBody,
  header: (name: string) => string | undefined,
): ModelChoice | Promise<ModelChoice> {
  const { wire } = call;
  const target = targetOf(context, body.model, header);
  if (target.kind === "bypass") return bypassChoice(context, target.model, wire);
  call.explain = target.controls.explain;
  const asking = { controls: target.controls, key: undefined, memory: undefined };
  try {
    const deciding = context.decider.decide(decideRequest(context, body, wire, asking), call.signal);
    if (!(deciding instanceof Promise)) return chainOf(context, deciding, wire);
    return deciding.then(
      (decision) => chainOf(context, decision, wire),
      (error: unknown) => {
        throw undecided(error);
      },
    );
  } catch (error) {
    throw undecided(error);
  }
}

/** What of the client's headers an endpoint is sent: what changes how a body is understood, and nothing of the client. */
const sentOn = ["openai-beta", "anthropic-beta", "anthropic-version", "idempotency-key", "traceparent"] as const;

function forwardCall(
  context: GatewayContext,
  call: RunningCall,
  body: ReadBody,
  headers: IncomingMessage["headers"],
): Promise<Forwarded> {
  const { deadlines, retries } = context.settings;
  const sent: Record<string, string> = { "content-type": "application/json" };
  for (const name of sentOn) {
    const value = headers[name];
    if (typeof value === "string") sent[name] = value;
  }
  return forward(
    {
      wire: call.wire,
      body,
      headers: sent,
      wantsStream: call.wantsStream,
      deadlines: { firstByteMs: deadlines.firstByteSeconds * 1000, idleMs: deadlines.idleSeconds * 1000 },
      retries: {
        retries: retries.attempts,
        firstWaitMs: retries.firstWaitSeconds * 1000,
        longestWaitMs: retries.longestWaitSeconds * 1000,
      },
      guard: openGuard(),
      signal: call.signal,
      turn: context.nextTurn(),
      onFailure: (failed) => call.failures.push(failed),
    },
    call.choice.chain,
  );
}
