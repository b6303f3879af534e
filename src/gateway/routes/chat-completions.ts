/** POST /v1/chat/completions: OpenAI's chat, streaming and not. */
import type { FastifyInstance } from "fastify";
import type { LiveGateway } from "../live-gateway.ts";
import { serveCall } from "../serve-call.ts";
import { chatWire } from "../wires/chat.ts";

export function chatCompletionsRoute(app: FastifyInstance, live: LiveGateway): void {
  app.post("/v1/chat/completions", (request, reply) => serveCall(live.now, chatWire, request, reply));
}
