/** GET /metrics: for a Prometheus. With keys required it has to show one, too. */
import type { FastifyInstance } from "fastify";
import type { LiveGateway } from "../live-gateway.ts";

export function metricsRoute(app: FastifyInstance, live: LiveGateway): void {
  app.get("/metrics", async (_, reply) => {
    const { registry } = live.now.metrics;
    return reply.header("content-type", registry.contentType).send(await registry.metrics());
  });
}
