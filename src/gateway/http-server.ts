/** The HTTP side: limits, one body parser that parses nothing, routes, and errors in OpenAI's shape. See decision 0028. */
import type { IncomingMessage, ServerResponse } from "node:http";
import fastify from "fastify";
import type { FastifyError, FastifyInstance, FastifyReply } from "fastify";
import type { VirtualKey } from "../gateway-state/state.ts";
import { admitted } from "./admission.ts";
import { ApiError } from "./api-error.ts";
import { sendError } from "./answer/send-error.ts";
import { refuseBrokenRequest } from "./broken-request.ts";
import type { ListenAddress } from "./listen-address.ts";
import type { LiveGateway } from "./live-gateway.ts";
import { noSuchRoute } from "./routes/no-such-route.ts";
import { addRoutes } from "./routes/registry.ts";

export function httpServer(live: LiveGateway, address: ListenAddress): FastifyInstance {
  const { limits } = live.now.settings;
  const slowClientMs = limits.slowClientSeconds * 1000;
  const app = fastify({
    logger: false,
    bodyLimit: Math.floor(limits.bodyMiB * 2 ** 20),
    // A client that trickles its request is answered 408 by Node.
    requestTimeout: slowClientMs,
    keepAliveTimeout: 75_000,
    forceCloseConnections: "idle",
    http: {
      maxHeaderSize: Math.floor(limits.headerKiB * 1024),
      headersTimeout: slowClientMs,
      connectionsCheckingInterval: Math.min(slowClientMs, 5000),
    },
    routerOptions: { maxParamLength: 200 },
    return503OnClosing: false,
    frameworkErrors: (error, _, reply) => sendFailure(live, reply, error),
    clientErrorHandler: refuseBrokenRequest,
  });
  app.removeAllContentTypeParsers();
  // Only what a web page cannot send without asking first: JSON, and under its own name.
  app.addContentTypeParser(/^application\/(?:[\w.+-]+\+)?json\b/, { parseAs: "buffer" }, (_, body, done) =>
    done(null, body),
  );
  app.setErrorHandler((error: FastifyError, _, reply) => sendFailure(live, reply, error));
  app.setNotFoundHandler((request, reply) => sendFailure(live, reply, noSuchRoute(app, request.method, request.url)));
  app.addHook("onRequest", (request, reply, done) => {
    const refused = refusalOf(live, address, request.raw);
    if (refused) return sendFailure(live, reply, refused);
    admit(live, request.raw, (error) => (error ? sendFailure(live, reply, error) : done()));
  });
  // Of what fastify sends; calls see to it themselves (running-call.ts).
  app.addHook("onSend", (_, reply, payload, done) => {
    if (live.isDraining) reply.header("connection", "close");
    done(null, payload);
  });
  addRoutes(app, live);
  return app;
}

/** What is refused before anything is read. */
function refusalOf(
  { isDraining }: LiveGateway,
  { isLoopback }: ListenAddress,
  { headers, url = "" }: IncomingMessage,
): ApiError | undefined {
  const encoding = headers["content-encoding"];
  if (encoding !== undefined && encoding !== "identity")
    return new ApiError({ status: 415, code: "encoded_body", problem: "bodies are taken without a content encoding" });
  // A page whose name was made to resolve to this machine would otherwise speak for its user.
  if (isLoopback && !isLocalName(headers.host))
    return new ApiError({ status: 403, code: "foreign_host", problem: "this gateway serves this machine only" });
  if (isDraining && !isOpen(url) && url !== "/metrics")
    return new ApiError({ status: 503, code: "draining", problem: "the gateway is stopping", retryAfterMs: 1000 });
  return undefined;
}

/** Who looks on needs no key; whoever is let in is remembered with the request. */
function admit({ now: context }: LiveGateway, request: IncomingMessage, then: (error?: Error) => void): void {
  if (context.settings.keys === "none" || isOpen(request.url)) return then();
  const enter = (key: VirtualKey): void => {
    context.keyOf.set(request, key);
    then();
  };
  try {
    const key = admitted(context.state, request.headers);
    if (key instanceof Promise) key.then(enter, then);
    else enter(key);
  } catch (error) {
    then(error as Error);
  }
}

function isOpen(url = ""): boolean {
  return ["/health", "/ready"].includes(url);
}

function isLocalName(host = ""): boolean {
  return /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d+)?$/i.test(host);
}

function sendFailure(live: LiveGateway, reply: FastifyReply, error: Error): void {
  reply.hijack();
  const format = reply.request.url.startsWith("/v1/messages") ? "anthropic" : "openai";
  const told = error instanceof ApiError ? error : frameworkError(error as FastifyError, live);
  if (live.isDraining) reply.raw.setHeader("connection", "close");
  closeAfter(reply.raw, told);
  sendError(reply.raw, told, { format, redactor: live.now.redactor });
}

/** A body that was not read to its end would be taken for the next request. */
function closeAfter(response: ServerResponse, { status }: ApiError): void {
  if (status === 413 || status === 415) response.setHeader("connection", "close");
}

const known: Readonly<Record<string, readonly [status: number, code: string, problem: string]>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: [413, "body_too_large", "the body is too large"],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: [400, "bad_length", "the body is not as long as its content-length says"],
  FST_ERR_CTP_INVALID_MEDIA_TYPE: [415, "not_json", "send the body as content-type: application/json"],
  FST_ERR_CTP_EMPTY_JSON_BODY: [400, "body_missing", "the body is empty"],
  FST_ERR_BAD_URL: [400, "bad_url", "the URL cannot be read"],
  FST_ERR_MAX_PARAM_LENGTH: [414, "url_too_long", "the URL is too long"],
};

function frameworkError(error: FastifyError, { now }: LiveGateway): ApiError {
  const found = known[error.code];
  if (found) {
    const [status, code, problem] = found;
    return new ApiError({ status, code, problem, cause: error });
  }
  now.onDefect(error);
  return new ApiError({
    status: 500,
    code: "internal",
    problem: "the gateway failed; its log says more",
    cause: error,
  });
}
