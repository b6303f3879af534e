/** GET /ready: whether to send calls here; 503 while it is stopping, or its state cannot be reached. */
import type { FastifyInstance } from "fastify";
import type { LiveGateway } from "../live-gateway.ts";

export function readyRoute(app: FastifyInstance, live: LiveGateway): void {
  app.get("/ready", async (_, reply) => {
    const isReady = !live.isDraining && (await live.now.state.isReady());
    return reply
      .code(isReady ? 200 : 503)
      .header("cache-control", "no-store")
      .send({
        status: isReady ? "ready" : live.isDraining ? "draining" : "state unavailable",
        /** routers that meet queries unlike their training prompts: they serve, and somebody should look */
        drifting: live.now.decider.drifting ?? [],
        callsUnderWay: [...live.calls()].reduce((sum, { size }) => sum + size, 0),
      });
  });
}
