/** What a call is served by, from its first byte to its last (live-gateway.ts). */
import type { IncomingMessage } from "node:http";
import type { GatewayState, VirtualKey } from "../gateway-state/state.ts";
import type { Decider } from "../serving/decider.ts";
import type { CallLog } from "./call-log.ts";
import type { CallRecord } from "./call-record.ts";
import type { GatewaySettings } from "./config.ts";
import type { LiveMetrics } from "./live-metrics.ts";
import type { RecordMetrics } from "./record-metrics.ts";
import type { RecentCalls } from "./recent-calls.ts";
import type { Redactor } from "./redactor.ts";
import type { RunningCalls } from "./running-calls.ts";
import type { ServedModel } from "./upstream/endpoint.ts";

export interface GatewayContext {
  readonly settings: GatewaySettings;
  /** by the user's name */
  readonly models: ReadonlyMap<string, ServedModel>;
  readonly decider: Decider;
  readonly state: GatewayState;
  /** whom a request is from, once its key is known */
  readonly keyOf: WeakMap<IncomingMessage, VirtualKey>;
  readonly redactor: Redactor;
  readonly metrics: RecordMetrics;
  readonly liveMetrics: LiveMetrics;
  /** told of every call when it is over; must not throw */
  readonly onCall: (record: CallRecord) => void;
  /** where calls are written down; undefined = nowhere */
  readonly log: CallLog | undefined;
  /** told of what is a defect of ours, for a log */
  readonly onDefect: (error: unknown) => void;
  /** the request ids given out of late; kept where feedback is taken */
  readonly recent: RecentCalls;
  /** whether the gateway is being stopped: whoever is answered is to hang up */
  readonly isDraining: () => boolean;
  /** the calls under way in this generation */
  readonly running: RunningCalls;
  /** a number that grows by one a call: endpoints take turns by it */
  readonly nextTurn: () => number;
}
