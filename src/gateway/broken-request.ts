/** What is no request by the rules of HTTP: Node finds it before any route does, and the client is told in the shape of every other error. */
import { STATUS_CODES } from "node:http";
import type { ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { ApiError, errorBody } from "./api-error.ts";

const told: Readonly<Record<string, readonly [status: number, code: string, problem: string]>> = {
  ERR_HTTP_REQUEST_TIMEOUT: [408, "request_timeout", "the request did not come whole in time"],
  HPE_HEADER_OVERFLOW: [431, "headers_too_large", "the headers are too large"],
  HPE_CHUNK_EXTENSIONS_OVERFLOW: [413, "body_too_large", "the body's chunks say too much beside the body"],
};

/** Nothing behind it on the line can be trusted to be a request: the line is closed. */
export function refuseBrokenRequest(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === "ECONNRESET" || socket.destroyed) return;
  if (socket.writable && !isAnswering(socket)) socket.write(answerTo(error));
  socket.destroySoon();
}

/** Words of ours in the middle of another call's answer would be taken for part of it. Node keeps its own handler to this, too. */
function isAnswering(socket: Socket): boolean {
  return (socket as { readonly _httpMessage?: ServerResponse })._httpMessage?.headersSent === true;
}

function answerTo({ code = "" }: NodeJS.ErrnoException): string {
  const [status, name, problem] = told[code] ?? [400, "broken_request", "this is no request of HTTP/1.1"];
  const body = errorBody("openai", new ApiError({ status, code: name, problem }));
  const headers = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    "content-type: application/json; charset=utf-8",
    `content-length: ${Buffer.byteLength(body)}`,
    "connection: close",
  ];
  return `${headers.join("\r\n")}\r\n\r\n${body}`;
}
