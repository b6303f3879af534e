/** Sends an error in the client's format, or nothing at all where an answer has begun. */
import type { ServerResponse } from "node:http";
import { ApiError, errorBody } from "../api-error.ts";
import type { ClientFormat } from "../api-error.ts";
import type { HeaderList } from "./answer-headers.ts";
import type { Redactor } from "../redactor.ts";

export function sendError(
  response: ServerResponse,
  error: ApiError,
  { format, redactor, headers = [] }: SentError,
): void {
  if (response.headersSent || response.destroyed) return;
  const body = errorBody(format, { ...facts(error), message: redactor.text(error.message) });
  const list: HeaderList = ["content-type", "application/json; charset=utf-8"];
  list.push("content-length", String(Buffer.byteLength(body)));
  if (error.retryAfterMs !== undefined) list.push("retry-after", String(Math.ceil(error.retryAfterMs / 1000)));
  response.writeHead(error.status, list.concat(headers));
  response.end(body);
}

export interface SentError {
  readonly format: ClientFormat;
  readonly redactor: Redactor;
  readonly headers?: HeaderList | undefined;
}

function facts({ status, code, param }: ApiError): Pick<ApiError, "status" | "code" | "param"> {
  return { status, code, param };
}
