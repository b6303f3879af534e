/** GET /ready: whether to send calls here; 503 while it is stopping. */
import type { FastifyInstance } from "fastify";
import type { GatewayContext } from "../gateway-context.ts";

export function readyRoute(app: FastifyInstance, context: GatewayContext): void {
  app.get("/ready", (_, reply) => {
    const isReady = !context.isDraining;
    return reply
      .code(isReady ? 200 : 503)
      .header("cache-control", "no-store")
      .send({ status: isReady ? "ready" : "draining", callsUnderWay: context.running.size });
  });
}
