/** GET /metrics: for a Prometheus. With keys required it has to show one, too. */
import type { FastifyInstance } from "fastify";
import type { GatewayContext } from "../gateway-context.ts";

export function metricsRoute(app: FastifyInstance, { metrics }: GatewayContext): void {
  app.get("/metrics", async (_, reply) =>
    reply.header("content-type", metrics.registry.contentType).send(await metrics.registry.metrics()),
  );
}
