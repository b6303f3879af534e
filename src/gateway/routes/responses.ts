/** POST /v1/responses: OpenAI's responses, streaming and not. */
import type { FastifyInstance } from "fastify";
import type { GatewayContext } from "../gateway-context.ts";
import { serveCall } from "../serve-call.ts";
import { responsesWire } from "../wires/responses.ts";

export function responsesRoute(app: FastifyInstance, context: GatewayContext): void {
  app.post("/v1/responses", (request, reply) => serveCall(context, responsesWire, request, reply));
}
