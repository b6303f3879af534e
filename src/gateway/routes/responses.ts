/** POST /v1/responses: OpenAI's responses, streaming and not. */
import type { FastifyInstance } from "fastify";
import type { LiveGateway } from "../live-gateway.ts";
import { serveCall } from "../serve-call.ts";
import { responsesWire } from "../wires/responses.ts";

export function responsesRoute(app: FastifyInstance, live: LiveGateway): void {
  app.post("/v1/responses", (request, reply) => serveCall(live.now, responsesWire, request, reply));
}
