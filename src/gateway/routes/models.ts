/** GET /v1/models: what a client may write as `model`, routers first; of the models those that its key may ask. */
import type { FastifyInstance } from "fastify";
import { mayAsk } from "../admission.ts";
import type { LiveGateway } from "../live-gateway.ts";

export function modelsRoute(app: FastifyInstance, live: LiveGateway): void {
  // Clients want a time; none is known of a router.
  const entry = (id: string, owner: string): object => ({ id, object: "model", created: 0, owned_by: owner });
  app.get("/v1/models", ({ raw }, reply) => {
    const { decider, models, keyOf } = live.now;
    const key = keyOf.get(raw);
    const routers = decider.routers.map((name) => entry(name, "signalbox router"));
    const mine = [...models.values()].filter(({ name }) => mayAsk(key, name));
    const plain = mine.map(({ name, format }) => entry(name, format));
    return reply.send({ object: "list", data: [...routers, ...plain] });
  });
}
