/** POST /v1/embeddings: passed through to the model that is named. */
import type { FastifyInstance } from "fastify";
import type { LiveGateway } from "../live-gateway.ts";
import { serveCall } from "../serve-call.ts";
import { embeddingsWire } from "../wires/embeddings.ts";

export function embeddingsRoute(app: FastifyInstance, live: LiveGateway): void {
  app.post("/v1/embeddings", (request, reply) => serveCall(live.now, embeddingsWire, request, reply));
}
