/** POST /v1/route: the decision alone, with its scores, costs and why. The body is that of a chat; no model is called. */
import type { FastifyInstance } from "fastify";
import { mayAsk, takeRequest } from "../admission.ts";
import { readBody } from "../body/read-body.ts";
import { CallStop } from "../call-stop.ts";
import type { LiveGateway } from "../live-gateway.ts";
import { choose } from "../choose-model.ts";
import { ClientLeft } from "../running-call.ts";
import { chatWire } from "../wires/chat.ts";
import { messagesWire } from "../wires/messages.ts";
import { responsesWire } from "../wires/responses.ts";
import type { Wire } from "../wires/wire.ts";
import type { ServedDecision } from "../../serving/decider.ts";

export function routeRoute(app: FastifyInstance, live: LiveGateway): void {
  app.post("/v1/route", async (request, reply) => {
    const context = live.now;
    const key = context.keyOf.get(request.raw);
    await takeRequest(context.state, key);
    const body = readBody(request.body, { mostDepth: context.settings.limits.depth });
    const wire = wireOf(body.fields);
    const stop = new CallStop();
    reply.raw.once("close", () => stop.now(new ClientLeft("the client left")));
    const call = { wire, key, stop, explain: true, session: undefined };
    const { chain, decision } = await context.running.during(() => choose(context, call, body, request.headers));
    if (decision === undefined)
      return reply.send({ model: chain[0]?.name, router: null, reason: "the client named the model" });
    const gated = decision.gated.filter(({ model }) => mayAsk(key, model));
    return reply.send({ ...shown(decision), gated });
  });
}

/** Responses have an input, and Anthropic's messages a system text beside them; anything else is read as a chat. */
function wireOf(fields: Readonly<Record<string, unknown>>): Wire {
  if ("input" in fields && !("messages" in fields)) return responsesWire;
  return "system" in fields ? messagesWire : chatWire;
}

/** What is not known is null: JSON has no NaN. */
function shown(decision: ServedDecision): object {
  const known = (value: number): number | null => (Number.isNaN(value) ? null : value);
  const { model, router, label, reason, score, costUsd, alternatives, unstated } = decision;
  const { decisionUs, policyHash, fallback, arm, cascade } = decision;
  return {
    model,
    router,
    label,
    reason,
    score: known(score),
    costUsd: known(costUsd),
    alternatives: alternatives.map((one) => ({ ...one, score: known(one.score), costUsd: known(one.costUsd) })),
    unstated,
    isCascade: cascade !== undefined,
    fallback: fallback ?? null,
    arm: arm ?? null,
    decisionUs,
    policyHash,
  };
}
