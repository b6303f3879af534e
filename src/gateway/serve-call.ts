/** One client's call from its body to the last byte of its answer: read, admit, choose, forward, relay, settle. */
import type { IncomingMessage } from "node:http";
import type { FastifyReply, FastifyRequest } from "fastify";
import { requireTaken } from "./admission.ts";
import { endCall } from "./answer/end-call.ts";
import { giveUpSlowClient } from "./answer/give-up-slow-client.ts";
import { sendAnswer } from "./answer/send-answer.ts";
import { bookAttempt } from "./answer/book-attempt.ts";
import { readBody } from "./body/read-body.ts";
import type { ReadBody } from "./body/read-body.ts";
import { CallGuard } from "./call-guard.ts";
import { climbCascade } from "./climb-cascade.ts";
import { expectedTokens } from "./expected-tokens.ts";
import type { GatewayContext } from "./gateway-context.ts";
import { choose } from "./choose-model.ts";
import { startCall } from "./start-call.ts";
import type { RunningCall } from "./running-call.ts";
import { forward } from "./upstream/forward.ts";
import type { FailedAttempt, Forwarded } from "./upstream/forward.ts";
import type { Wire } from "./wires/wire.ts";

/** Takes the reply over from fastify: nothing of it goes through its serializers. */
export async function serveCall(
  context: GatewayContext,
  wire: Wire,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<void> {
  reply.hijack();
  const call = startCall(context, wire, { requestId: context.recent.newId(), response: reply.raw });
  call.key = context.keyOf.get(request.raw);
  if (context.log) context.recent.keep(call.requestId, call.key?.id ?? "");
  let failure: unknown;
  try {
    await answer(context, call, request.body, request.raw);
  } catch (error) {
    failure = error;
  }
  try {
    endCall(context, call, failure);
  } catch (defect) {
    // A call that cannot be booked is a defect of ours, and no reason to end the others. What was held of a budget counts.
    context.onDefect(defect);
    call.guard?.settle(NaN);
    call.response.end();
  } finally {
    // A stream that nobody took, since something broke before it was passed on, is ended at its endpoint as well.
    if (failure instanceof Error) call.stop.now(failure);
    call.close();
    giveUpSlowClient(call.response, context.settings.limits.slowClientSeconds * 1000);
  }
}

async function answer(
  context: GatewayContext,
  call: RunningCall,
  bytes: unknown,
  { headers }: IncomingMessage,
): Promise<void> {
  const body = readBody(bytes, { mostDepth: context.settings.limits.depth });
  call.body = body;
  call.asked = body.model.slice(0, 200);
  call.promptCharacters = body.bytes.length;
  // Vectors do not come as a stream, whatever a client says.
  call.wantsStream = body.fields["stream"] === true && call.wire.operation !== "embeddings";
  if (call.key) await takeOf(context, call, body);
  const choosing = choose(context, call, body, headers);
  call.choice = choosing instanceof Promise ? await choosing : choosing;
  if (call.stop.reason) throw call.stop.reason;
  const forwarded = await forwardCall(context, call, body, headers);
  call.forwarded = forwarded;
  await sendAnswer(context, call, forwarded);
}

/** What a key may ask in a minute, before anything is decided for it. */
async function takeOf({ state, settings }: GatewayContext, call: RunningCall, body: ReadBody): Promise<void> {
  if (call.key === undefined) return;
  const { inputTokens, outputTokens } = expectedTokens(body, settings.longestAnswerTokens);
  const taken = state.limits.take(call.key, inputTokens + outputTokens);
  requireTaken(taken instanceof Promise ? await taken : taken);
  call.takenTokens = inputTokens + outputTokens;
}

/** What of the client's headers an endpoint is sent: what changes how a body is understood, and nothing of the client. */
const sentOn = ["openai-beta", "anthropic-beta", "anthropic-version", "idempotency-key", "traceparent"] as const;

/** undefined = none of them, as most often */
function sentHeaders(headers: IncomingMessage["headers"]): Record<string, string> | undefined {
  let sent: Record<string, string> | undefined;
  for (const name of sentOn) {
    const value = headers[name];
    if (typeof value === "string") (sent ??= {})[name] = value;
  }
  return sent;
}

function forwardCall(
  context: GatewayContext,
  call: RunningCall,
  body: ReadBody,
  headers: IncomingMessage["headers"],
): Promise<Forwarded> {
  const { deadlines, retries, longestAnswerTokens } = context.settings;
  const expected = expectedTokens(body, longestAnswerTokens);
  const goesOn = call.wire.goesOn?.(body.fields, undefined) ?? false;
  const guard = new CallGuard(context, call.key, { expected, path: call.wire.path, goesOn });
  call.expected = expected;
  call.guard = guard;
  const plan = {
    wire: call.wire,
    body,
    headers: sentHeaders(headers),
    owner: call.key?.id ?? "",
    wantsStream: call.wantsStream,
    holdWhole: false,
    deadlines: { firstByteMs: deadlines.firstByteSeconds * 1000, idleMs: deadlines.idleSeconds * 1000 },
    retries: {
      retries: retries.attempts,
      firstWaitMs: retries.firstWaitSeconds * 1000,
      longestWaitMs: retries.longestWaitSeconds * 1000,
    },
    guard,
    stop: call.stop,
    turn: context.nextTurn(),
    clean: (text: string) => context.redactor.text(text),
    onFailure: (failed: FailedAttempt) => bookAttempt(call, guard, failed),
  };
  const { chain, decision } = call.choice;
  if (decision?.cascade === undefined) return forward(plan, chain);
  const tried = new Set<string>();
  return climbCascade(call, guard, decision.cascade, ({ model, isLast }, tooSmall) => {
    const step = context.models.get(model);
    tried.add(model);
    // A step that cannot be asked has no answer; behind the last one stands the usual chain, without what was tried.
    const asked = [...(step ? [step] : []), ...(isLast ? chain.filter(({ name }) => !tried.has(name)) : [])];
    return forward({ ...plan, holdWhole: !isLast }, asked, tooSmall);
  });
}
