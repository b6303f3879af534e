/** The routes, one a file. */
import type { FastifyInstance } from "fastify";
import type { LiveGateway } from "../live-gateway.ts";
import { chatCompletionsRoute } from "./chat-completions.ts";
import { embeddingsRoute } from "./embeddings.ts";
import { feedbackRoute } from "./feedback.ts";
import { healthRoute } from "./health.ts";
import { messagesRoute } from "./messages.ts";
import { modelsRoute } from "./models.ts";
import { metricsRoute } from "./metrics.ts";
import { readyRoute } from "./ready.ts";
import { responsesRoute } from "./responses.ts";
import { routeRoute } from "./route.ts";
import { uiRoute } from "./ui.ts";

export type AddRoute = (app: FastifyInstance, live: LiveGateway) => void;

export const routes: readonly AddRoute[] = [
  chatCompletionsRoute,
  responsesRoute,
  messagesRoute,
  embeddingsRoute,
  modelsRoute,
  routeRoute,
  feedbackRoute,
  healthRoute,
  readyRoute,
  metricsRoute,
  uiRoute,
];

export function addRoutes(app: FastifyInstance, live: LiveGateway): void {
  for (const add of routes) add(app, live);
}
