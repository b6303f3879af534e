/** A scripted server that hands out one file as the hubs do: ETag, Range, If-Range, 416. */
import { createHash } from "node:crypto";
import type { ServerResponse } from "node:http";
import type { RecordedRequest } from "./scripted-server.ts";

export const sha256 = (bytes: Buffer): string => createHash("sha256").update(bytes).digest("hex");

export interface ServeOptions {
  readonly etag?: string;
  /** Break the connection after so many bytes of the body. */
  readonly breakAfter?: number;
  /** Fall silent after so many bytes of the body. */
  readonly stallAfter?: number;
  readonly headers?: Record<string, string>;
}

/** Answers a GET for `bytes`, the whole or the range asked for. */
export function serveFile(
  { headers }: RecordedRequest,
  response: ServerResponse,
  bytes: Buffer,
  { etag = `"${sha256(bytes)}"`, breakAfter, stallAfter, headers: extra = {} }: ServeOptions = {},
): void {
  const wanted = /^bytes=(\d+)-$/.exec(headers.range ?? "")?.[1];
  const same = headers["if-range"] === undefined || headers["if-range"] === etag;
  const start = wanted !== undefined && same ? Number(wanted) : 0;
  if (start > 0 && start >= bytes.length) {
    response.writeHead(416, { "content-range": `bytes */${bytes.length}`, etag }).end();
    return;
  }
  const body = bytes.subarray(start);
  const range = start > 0 ? { "content-range": `bytes ${start}-${bytes.length - 1}/${bytes.length}` } : {};
  response.writeHead(start > 0 ? 206 : 200, { "content-length": String(body.length), etag, ...range, ...extra });
  if (stallAfter !== undefined) response.write(body.subarray(0, stallAfter));
  else if (breakAfter === undefined) response.end(body);
  // Not at once: what the reader has not taken yet is lost with the line.
  else response.write(body.subarray(0, breakAfter), () => setTimeout(() => response.destroy(), 250));
}
