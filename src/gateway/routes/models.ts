/** GET /v1/models: what a client may write as `model`, routers first. */
import type { FastifyInstance } from "fastify";
import type { LiveGateway } from "../live-gateway.ts";

export function modelsRoute(app: FastifyInstance, live: LiveGateway): void {
  // Clients want a time; none is known of a router.
  const entry = (id: string, owner: string): object => ({ id, object: "model", created: 0, owned_by: owner });
  app.get("/v1/models", (_, reply) => {
    const { decider, models } = live.now;
    const routers = decider.routers.map((name) => entry(name, "signalbox router"));
    const plain = [...models.values()].map(({ name, format }) => entry(name, format));
    return reply.send({ object: "list", data: [...routers, ...plain] });
  });
}
