/** POST /v1/embeddings: passed through to the model that is named. */
import type { FastifyInstance } from "fastify";
import type { GatewayContext } from "../gateway-context.ts";
import { serveCall } from "../serve-call.ts";
import { embeddingsWire } from "../wires/embeddings.ts";

export function embeddingsRoute(app: FastifyInstance, context: GatewayContext): void {
  app.post("/v1/embeddings", (request, reply) => serveCall(context, embeddingsWire, request, reply));
}
