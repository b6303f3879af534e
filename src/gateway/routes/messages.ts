/** POST /v1/messages: Anthropic's messages, streaming and not. */
import type { FastifyInstance } from "fastify";
import type { GatewayContext } from "../gateway-context.ts";
import { serveCall } from "../serve-call.ts";
import { messagesWire } from "../wires/messages.ts";

export function messagesRoute(app: FastifyInstance, context: GatewayContext): void {
  app.post("/v1/messages", (request, reply) => serveCall(context, messagesWire, request, reply));
}
