/**
 * A GET that follows a bounded number of redirects, by hand: each must lead to https, or stay on the same loopback
 * host. Nothing but the given headers is sent, and a token to its own host alone; addresses with credentials are refused.
 */
import { request } from "undici";
import type { Dispatcher } from "undici";
import { SignalboxError } from "../core/errors.ts";
import { systemCode } from "./atomic-write.ts";
import { DownloadError } from "./download-error.ts";

export interface Followed {
  /** The last address, without its query: signed links carry secrets there. */
  readonly url: string;
  readonly status: number;
  readonly body: Dispatcher.ResponseData["body"];
  /** A header of the last reply, or of the nearest one before it that has it. */
  header(name: string): string | undefined;
  /** Drops the rest of the body and its connection. */
  discard(): void;
}

/** A token for one host: sent there, over https or to this machine, and nowhere else a redirect may lead. */
export interface HostToken {
  /** with its port, where it is not the usual one */
  readonly host: string;
  readonly token: string;
}

const mostRedirects = 5;
const redirects = new Set([301, 302, 303, 307, 308]);

/** The reply at the end of the redirects, whatever its status. Throws DownloadError, or the signal's reason. */
export async function followRedirects(
  url: string,
  headers: Record<string, string>,
  signal: AbortSignal | undefined,
  hostToken?: HostToken,
): Promise<Followed> {
  let at = checkedUrl(url);
  // Facts about the file itself may stand on the first reply (X-Linked-ETag); facts about the bytes only on the last.
  const linked: Record<string, unknown> = {};
  for (let hop = 0; hop <= mostRedirects; hop++) {
    // oxlint-disable-next-line no-await-in-loop
    const reply = await get(at, { ...headers, ...authorization(at, hostToken) }, signal);
    for (const name of ["x-linked-etag", "x-linked-size"]) linked[name] ??= reply.headers[name];
    const location = reply.headers["location"];
    if (!redirects.has(reply.statusCode) || typeof location !== "string") return followed(at, reply, linked);
    // oxlint-disable-next-line no-await-in-loop
    await reply.body.dump();
    at = nextUrl(at, location);
  }
  throw new DownloadError({ problem: `more than ${mostRedirects} redirects`, where: url });
}

function authorization(at: URL, hostToken: HostToken | undefined): Record<string, string> {
  if (hostToken?.host !== at.host || (at.protocol !== "https:" && !isLoopback(at))) return {};
  return { authorization: `Bearer ${hostToken.token}` };
}

const isLoopback = ({ hostname }: URL): boolean => /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname);

async function get(url: URL, headers: Record<string, string>, signal: AbortSignal | undefined) {
  try {
    return await request(url, { method: "GET", headers, ...(signal && { signal }) });
  } catch (cause) {
    signal?.throwIfAborted();
    const why = systemCode(cause) || (cause instanceof Error ? cause.message : String(cause));
    const problem = `could not be reached (${why})`;
    throw new DownloadError({ problem, where: shown(url), retriable: true, cause });
  }
}

function followed(url: URL, reply: Dispatcher.ResponseData, linked: Record<string, unknown>): Followed {
  return {
    url: shown(url),
    status: reply.statusCode,
    body: reply.body,
    header(name) {
      const value = reply.headers[name] ?? linked[name];
      return typeof value === "string" ? value : undefined;
    },
    discard() {
      // undici tells a body that is destroyed early that it was aborted; here that is what was asked for.
      reply.body.on("error", () => undefined).destroy();
    },
  };
}

function nextUrl(from: URL, location: string): URL {
  const to = checkedUrl(new URL(location, from).href);
  const loopback = isLoopback(to) && to.hostname === from.hostname;
  if (to.protocol === "https:" || (loopback && from.protocol === "http:")) return to;
  throw new DownloadError({ problem: `redirects to ${shown(to)}, which is not https`, where: shown(from) });
}

function checkedUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url && /^https?:$/.test(url.protocol) && !url.username && !url.password) return url;
  const problem = url?.username || url?.password ? "holds credentials" : "is not an http or https address";
  throw new SignalboxError({ problem, where: url ? shown(url) : text, mend: "Give the plain address of the file" });
}

function shown(url: URL): string {
  return `${url.protocol}//${url.host}${url.pathname}`;
}
