/** GET /health: the process is alive. */
import type { FastifyInstance } from "fastify";

export function healthRoute(app: FastifyInstance): void {
  app.get("/health", (_, reply) => reply.header("cache-control", "no-store").send({ status: "ok" }));
}
