/** POST /v1/chat/completions: OpenAI's chat, streaming and not. */
import type { FastifyInstance } from "fastify";
import type { GatewayContext } from "../gateway-context.ts";
import { serveCall } from "../serve-call.ts";
import { chatWire } from "../wires/chat.ts";

export function chatCompletionsRoute(app: FastifyInstance, context: GatewayContext): void {
  app.post("/v1/chat/completions", (request, reply) => serveCall(context, chatWire, request, reply));
}
