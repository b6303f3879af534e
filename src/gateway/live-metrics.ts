/**
 * What goes on around calls, as metrics of Prometheus: shadows, arms, drift, reloads, logs. Labels are names of routers that the
 * configuration gives, never a client's word.
 */
import type { Registry } from "prom-client";
import type { ServedDecision } from "../serving/decider.ts";
import type { DriftChange } from "../serving/drift-alarms.ts";
import type { CallRecord } from "./call-record.ts";
import type { Reloaded } from "./gateway-parts.ts";

export interface LiveMetrics {
  /** A call that met an arm of a split. */
  readonly armed: (record: CallRecord) => void;
  /** A decision that a shadow looks at; counted once the shadow has decided. */
  readonly shadowed: (decision: ServedDecision) => void;
  readonly drifted: (change: DriftChange) => void;
  readonly reloaded: (status: Reloaded["status"]) => void;
}

/** Looked up when somebody scrapes. */
export interface Looked {
  /** lines of logs that could not be written, by log */
  readonly lostLines: () => Readonly<Record<string, number>>;
  /** each router, and whether its alarm is raised */
  readonly alarms: () => Readonly<Record<string, boolean>>;
}

export async function liveMetrics(registry: Registry, looked: Looked): Promise<LiveMetrics> {
  const client = (await import("prom-client")).default;
  lookedUp(client, [registry], looked);
  const { armCalls, armCost, shadows, alarms, reloads } = counters(client, [registry]);
  return {
    armed({ arm, outcome, costUsd }) {
      armCalls.inc({ arm, outcome });
      if (!Number.isNaN(costUsd)) armCost.inc({ arm }, costUsd);
    },
    shadowed({ router, model, shadow }) {
      void shadow?.then((dark) => {
        const choice = dark.model === undefined ? "none" : dark.model === model ? "same" : "other";
        shadows.inc({ router, shadow: dark.router, choice });
      });
    },
    drifted({ router, isDrifting }) {
      if (isDrifting) alarms.inc({ router });
    },
    reloaded: (status) => reloads.inc({ result: status }),
  };
}

type Client = typeof import("prom-client");

function counters({ Counter }: Client, registers: Registry[]) {
  const counter = (name: string, help: string, labelNames: string[]) =>
    new Counter({ name, help, labelNames, registers });
  return {
    armCalls: counter("signalbox_arm_calls_total", "Calls that met an arm of the split, by how they ended", [
      "arm",
      "outcome",
    ]),
    armCost: counter("signalbox_arm_cost_usd_total", "USD of those calls by our own prices, as far as known", ["arm"]),
    shadows: counter("signalbox_shadow_decisions_total", "What the shadow would have chosen", [
      "router",
      "shadow",
      "choice",
    ]),
    alarms: counter("signalbox_drift_alarms_total", "How often the drift alarm was raised", ["router"]),
    reloads: counter("signalbox_reloads_total", "Changes of the configuration, taken up or refused", ["result"]),
  };
}

function lookedUp({ Counter, Gauge }: Client, registers: Registry[], looked: Looked): void {
  const lost = new Counter({
    name: "signalbox_log_lines_lost_total",
    help: "Lines of logs that could not be written",
    labelNames: ["log"],
    registers,
    collect() {
      lost.reset();
      for (const [log, lines] of Object.entries(looked.lostLines())) lost.inc({ log }, lines);
    },
  });
  const drift = new Gauge({
    name: "signalbox_drift_alarm",
    help: "1 while live queries are unlike the training prompts",
    labelNames: ["router"],
    registers,
    collect() {
      drift.reset();
      for (const [router, isRaised] of Object.entries(looked.alarms())) drift.set({ router }, Number(isRaised));
    },
  });
}
