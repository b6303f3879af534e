/** POST /v1/messages: Anthropic's messages, streaming and not. */
import type { FastifyInstance } from "fastify";
import type { LiveGateway } from "../live-gateway.ts";
import { serveCall } from "../serve-call.ts";
import { messagesWire } from "../wires/messages.ts";

export function messagesRoute(app: FastifyInstance, live: LiveGateway): void {
  app.post("/v1/messages", (request, reply) => serveCall(live.now, messagesWire, request, reply));
}
