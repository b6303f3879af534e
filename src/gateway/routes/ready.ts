/** GET /ready: whether to send calls here; 503 while it is stopping, or its state cannot be reached. */
import type { FastifyInstance } from "fastify";
import type { GatewayContext } from "../gateway-context.ts";

export function readyRoute(app: FastifyInstance, context: GatewayContext): void {
  app.get("/ready", async (_, reply) => {
    const isReady = !context.isDraining && (await context.state.isReady());
    return reply
      .code(isReady ? 200 : 503)
      .header("cache-control", "no-store")
      .send({
        status: isReady ? "ready" : context.isDraining ? "draining" : "state unavailable",
        callsUnderWay: context.running.size,
      });
  });
}
