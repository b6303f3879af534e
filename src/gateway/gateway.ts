/** The gateway: an HTTP server around a decider and the models of a configuration, which can be changed while it serves. */
import type { AddressInfo, Socket } from "node:net";
import type { FastifyInstance } from "fastify";
import { InterruptedError, UsageError } from "../core/errors.ts";
import type { DriftChange } from "../serving/drift-alarms.ts";
import type { GatewayState } from "../gateway-state/state.ts";
import type { CallLog } from "./call-log.ts";
import type { CallRecord } from "./call-record.ts";
import { withFixedSettings } from "./fixed-settings.ts";
import type { GatewayParts, Reloaded } from "./gateway-parts.ts";
import { httpServer } from "./http-server.ts";
import { listenAddress } from "./listen-address.ts";
import { LiveGateway } from "./live-gateway.ts";
import { liveMetrics } from "./live-metrics.ts";
import { RecentCalls } from "./recent-calls.ts";
import { recordMetrics } from "./record-metrics.ts";
import type { KnownNames } from "./record-metrics.ts";
import { openLines } from "./open-lines.ts";
import type { OpenLines } from "./open-lines.ts";

export interface GatewayOptions extends GatewayParts {
  readonly state: GatewayState;
  /** where calls are written down; who opened it closes it */
  readonly log?: CallLog | undefined;
  /** lines of logs that could not be written, by log */
  readonly lostLines?: (() => Readonly<Record<string, number>>) | undefined;
  /** told when the drift alarm of a router is raised or lowered */
  readonly onDrift?: ((change: DriftChange) => void) | undefined;
  readonly onCall?: ((record: CallRecord) => void) | undefined;
  readonly onDefect?: ((error: unknown) => void) | undefined;
}

export interface Gateway {
  /** "http://127.0.0.1:8787" */
  readonly url: string;
  /**
   * Serves the calls that come from now on by what `open` gives; where it throws, as before. Calls under way end as they began. One
   * after the other; never rejects.
   */
  reload(open: () => Promise<GatewayParts>): Promise<Reloaded>;
  /** Takes no more calls, waits for those under way as long as `drainSeconds` say, then ends them; closes the parts. */
  close(): Promise<void>;
}

/** Starts it. @throws UsageError when the address cannot be had, or all the world could reach it without a key */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const { settings } = options;
  const address = listenAddress(settings.listen, "gateway.listen");
  if (settings.keys === "none") refuseOpenDoor(address.isLoopback, settings.listen);
  const { live, watch } = await begun(options);
  const server = httpServer(live, address);
  const lines = openLines(server.server);
  await server.listen({ host: address.host, port: address.port }).catch((cause: NodeJS.ErrnoException) => {
    const problem = cause.code === "EADDRINUSE" ? "the port is taken" : cause.message;
    const mend = "Choose another under gateway.listen, or with --listen; port 0 is any free one.";
    throw new UsageError({ problem, where: settings.listen, mend, cause });
  });
  const { port } = server.server.address() as AddressInfo;
  const host = address.host.includes(":") ? `[${address.host}]` : address.host;
  let reloading = Promise.resolve();
  return {
    url: `http://${host}:${port}`,
    reload(open) {
      const reloaded = reloading.then(async () => {
        const outcome = await change(live, settings, open);
        live.now.liveMetrics.reloaded(outcome.status);
        if (outcome.status === "changed") watch();
        return outcome;
      });
      reloading = reloaded.then(() => undefined);
      return reloaded;
    },
    async close() {
      await drained(live, server, lines);
      await reloading;
      await live.close();
    },
  };
}

/** The first generation, and what watches over the latest one. */
async function begun(options: GatewayOptions): Promise<{ readonly live: LiveGateway; readonly watch: () => void }> {
  const { state, log, onDefect = () => undefined, lostLines = () => ({}) } = options;
  const metrics = await recordMetrics(namesOf(options));
  const liveMeters = await liveMetrics(metrics.registry, { lostLines, alarms: () => alarmsOf(live.now) });
  let turn = 0;
  const onCall = (record: CallRecord): void => {
    metrics.observe(record);
    if (record.arm !== "") liveMeters.armed(record);
    options.onCall?.(record);
  };
  const recent = new RecentCalls();
  const shared = { state, keyOf: new WeakMap(), metrics, liveMetrics: liveMeters, log, recent, onCall, onDefect };
  const isDraining = (): boolean => live.isDraining;
  const live = new LiveGateway({ ...shared, isDraining, nextTurn: () => turn++ }, options);
  const onDrift = (told: DriftChange): void => {
    liveMeters.drifted(told);
    log?.drift(told);
    options.onDrift?.(told);
  };
  const watch = (): void => {
    metrics.know(namesOf(live.now));
    live.now.decider.watchDrift?.(onDrift);
  };
  watch();
  return { live, watch };
}

function namesOf({ models, decider }: Pick<GatewayParts, "models" | "decider">): KnownNames {
  return { models: models.keys(), routers: routersOf(decider) };
}

/** Without "auto", which is one of them. */
function routersOf({ routers }: GatewayParts["decider"]): string[] {
  return routers.flatMap((name) => (name.startsWith("router-") ? [name.slice("router-".length)] : []));
}

function alarmsOf({ settings, decider }: Pick<GatewayParts, "settings" | "decider">): Record<string, boolean> {
  if (settings.drift === undefined) return {};
  return Object.fromEntries(routersOf(decider).map((name) => [name, decider.drifting?.includes(name) ?? false]));
}

async function change(
  live: LiveGateway,
  first: GatewayParts["settings"],
  open: () => Promise<GatewayParts>,
): Promise<Reloaded> {
  try {
    const parts = await open();
    const { settings, waiting } = withFixedSettings(parts.settings, first);
    live.change({ ...parts, settings });
    return { status: "changed", waiting };
  } catch (error) {
    return { status: "kept", error };
  }
}

function refuseOpenDoor(isLoopback: boolean, listen: string): void {
  if (isLoopback) return;
  throw new UsageError({
    problem: `${listen} can be reached from outside, and nobody is asked for a key`,
    where: "gateway.listen",
    mend: "Listen on 127.0.0.1, or let clients show keys: gateway.keys: required, and signalbox keys create NAME.",
  });
}

async function drained(live: LiveGateway, app: FastifyInstance, lines: OpenLines): Promise<void> {
  live.isDraining = true;
  const late = setTimeout(() => endAll(live, lines), live.now.settings.deadlines.drainSeconds * 1000);
  // A client keeps its line open for a next call: it is closed as soon as the answer under way is out.
  const closeIdle = (): void =>
    void setImmediate(() => {
      app.server.closeIdleConnections();
      if ([...live.calls()].every(({ size }) => size === 0)) lines.closeSilent();
    });
  for (const calls of live.calls()) for (const { response } of calls) response.once("close", closeIdle);
  try {
    const closing = app.close();
    closeIdle();
    await closing;
  } finally {
    clearTimeout(late);
  }
}

/** The time to drain is over: calls are told so, and nothing else is waited for. */
function endAll(live: LiveGateway, lines: OpenLines): void {
  const reason = new InterruptedError({ problem: "the gateway was stopped before the answer was whole" });
  const answering = new Set<Socket | null>();
  for (const calls of live.calls()) {
    for (const { stop, response } of calls) {
      answering.add(response.socket);
      stop.now(reason);
    }
  }
  lines.closeExcept(answering);
}
