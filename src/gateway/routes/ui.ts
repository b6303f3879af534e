/** GET /ui: kept for a control room in the browser, which is not built yet. */
import type { FastifyInstance } from "fastify";
import { ApiError } from "../api-error.ts";

export function uiRoute(app: FastifyInstance): void {
  const refuse = (): never => {
    throw new ApiError({ status: 404, code: "not_built", problem: "there is no control room in this version" });
  };
  app.get("/ui", refuse);
  app.get("/ui/*", refuse);
}
