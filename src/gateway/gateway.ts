/** The gateway: an HTTP server around a decider and the models of a configuration. */
import type { AddressInfo } from "node:net";
import type { FastifyInstance } from "fastify";
import { InterruptedError, UsageError } from "../core/errors.ts";
import type { GatewayState } from "../gateway-state/state.ts";
import type { Decider } from "../serving/decider.ts";
import type { CallLog } from "./call-log.ts";
import type { CallRecord } from "./call-record.ts";
import type { GatewaySettings } from "./config.ts";
import type { GatewayContext } from "./gateway-context.ts";
import { httpServer } from "./http-server.ts";
import { listenAddress } from "./listen-address.ts";
import { recordMetrics } from "./record-metrics.ts";
import { redactorOf } from "./redactor.ts";
import type { ServedModel } from "./upstream/endpoint.ts";

export interface GatewayOptions {
  readonly settings: GatewaySettings;
  readonly models: ReadonlyMap<string, ServedModel>;
  readonly decider: Decider;
  readonly state: GatewayState;
  /** every key in use: none of them leaves the gateway */
  readonly secrets: readonly string[];
  /** where calls are written down; who opened it closes it */
  readonly log?: CallLog | undefined;
  /** lines of logs that could not be written, by log */
  readonly lostLines?: (() => Readonly<Record<string, number>>) | undefined;
  readonly onCall?: ((record: CallRecord) => void) | undefined;
  readonly onDefect?: ((error: unknown) => void) | undefined;
}

export interface Gateway {
  /** "http://127.0.0.1:8787" */
  readonly url: string;
  /** Takes no more calls, waits for those under way as long as `drainSeconds` say, then ends them. */
  close(): Promise<void>;
}

/** Starts it. @throws UsageError when the address cannot be had, or all the world could reach it without a key */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const { settings, models, decider, secrets } = options;
  const address = listenAddress(settings.listen, "gateway.listen");
  if (settings.keys === "none") refuseOpenDoor(address.isLoopback, settings.listen);
  const metrics = await recordMetrics({
    models: models.keys(),
    routers: decider.routers.map((name) => name.replace(/^router-/, "")),
    lostLines: options.lostLines,
  });
  let turn = 0;
  const context: GatewayContext = {
    settings,
    models,
    decider,
    state: options.state,
    keyOf: new WeakMap(),
    redactor: redactorOf(secrets),
    metrics,
    onCall(record) {
      metrics.observe(record);
      options.onCall?.(record);
    },
    log: options.log,
    onDefect: options.onDefect ?? (() => undefined),
    running: new Set(),
    nextTurn: () => turn++,
    isDraining: false,
  };
  const server = httpServer(context, address);
  await server.listen({ host: address.host, port: address.port }).catch((cause: NodeJS.ErrnoException) => {
    const problem = cause.code === "EADDRINUSE" ? "the port is taken" : cause.message;
    throw new UsageError({ problem, where: settings.listen, mend: "Choose another under gateway.listen.", cause });
  });
  const { port } = server.server.address() as AddressInfo;
  const host = address.host.includes(":") ? `[${address.host}]` : address.host;
  return { url: `http://${host}:${port}`, close: () => drained(context, server) };
}

function refuseOpenDoor(isLoopback: boolean, listen: string): void {
  if (isLoopback) return;
  throw new UsageError({
    problem: `${listen} can be reached from outside, and nobody is asked for a key`,
    where: "gateway.listen",
    mend: "Listen on 127.0.0.1, or let clients show keys (gateway.keys: required)",
  });
}

async function drained(context: GatewayContext, app: FastifyInstance): Promise<void> {
  context.isDraining = true;
  const late = setTimeout(() => {
    const reason = new InterruptedError({ problem: "the gateway was stopped before the answer was whole" });
    for (const call of context.running) call.stop.now(reason);
  }, context.settings.deadlines.drainSeconds * 1000);
  // A client keeps its line open for a next call: it is closed as soon as the answer under way is out.
  const closeIdle = (): void => void setImmediate(() => app.server.closeIdleConnections());
  for (const { response } of context.running) response.once("close", closeIdle);
  try {
    await app.close();
  } finally {
    clearTimeout(late);
  }
}
