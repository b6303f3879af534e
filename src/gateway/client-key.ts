/** The secret a client shows: OpenAI's way (a bearer token) or Anthropic's (x-api-key); "" = none. */
import type { IncomingHttpHeaders } from "node:http";

export function clientKey({ authorization, "x-api-key": own }: IncomingHttpHeaders): string {
  if (typeof own === "string" && own !== "") return own;
  const [, token = ""] = /^Bearer\s+(\S+)\s*$/i.exec(authorization ?? "") ?? [];
  return token;
}
