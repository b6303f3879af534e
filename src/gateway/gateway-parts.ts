/** What of a gateway can be changed while it serves. */
import type { Decider } from "../serving/decider.ts";
import type { GatewaySettings } from "./config.ts";
import type { ServedModel } from "./upstream/endpoint.ts";

export interface GatewayParts {
  readonly settings: GatewaySettings;
  readonly models: ReadonlyMap<string, ServedModel>;
  readonly decider: Decider;
  /** every key in use: none of them leaves the gateway */
  readonly secrets: readonly string[];
  /** Called when the last call that they serve has ended. */
  readonly close?: (() => Promise<void>) | undefined;
}

/** Whether what was opened is served now, or why it goes on as before. */
export type Reloaded =
  | {
      readonly status: "changed";
      /** settings that differ and wait for the next start, e.g. "gateway.listen" */
      readonly waiting: readonly string[];
    }
  | { readonly status: "kept"; readonly error: unknown };
