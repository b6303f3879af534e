/** What is told about an address that is none here. Most often a client's base URL lacks its /v1, or has it twice. */
import type { FastifyInstance } from "fastify";
import { ApiError } from "../api-error.ts";

export function noSuchRoute(app: FastifyInstance, method: string, url: string): ApiError {
  const path = (url.split("?")[0] ?? "").slice(0, 200);
  return new ApiError({
    status: 404,
    code: "not_found",
    problem: `there is no ${method} ${path} here`,
    mend: mendOf(app, method, path),
  });
}

function mendOf(app: FastifyInstance, method: string, path: string): string | undefined {
  const isThere = (how: string, at: string): boolean => app.hasRoute({ method: how, url: at });
  const other = method === "GET" ? "POST" : "GET";
  if (isThere(other, path)) return `Send it as ${other}`;
  const meant = [`/v1${path}`, path.replace("/v1/v1/", "/v1/"), path.replace(/\/+$/, "")];
  const found = meant.find((at) => at !== path && isThere(method, at));
  if (found !== undefined)
    return `Did you mean ${found}? OpenAI's clients want the base URL with /v1, Anthropic's without`;
  return path === "/" ? "Clients ask under /v1; GET /v1/models says for what" : undefined;
}
