/** The options of signalbox compare, as commander gives them. */
import type { Config } from "./config.ts";
import type { DataOptions } from "./data-options.ts";
import type { SpreadOptions } from "./run-engine-choice.ts";

export interface CompareCommandOptions extends DataOptions, SpreadOptions {
  readonly routers?: string[] | undefined;
  readonly seeds?: number[] | undefined;
  readonly trainRatio?: number | undefined;
  readonly ood?: string[] | undefined;
  readonly split?: "native" | "compat" | undefined;
  readonly encoder?: Config["encoder"];
  readonly bestSingle?: string | undefined;
  readonly threads?: number | undefined;
  readonly draws?: number | undefined;
  readonly rerun?: boolean | undefined;
  readonly keep?: boolean | undefined;
  readonly config?: string | undefined;
  readonly json?: string | true | undefined;
  readonly report?: string | undefined;
  readonly markdown?: string | undefined;
  readonly csv?: string | undefined;
  readonly failUnlessBetter?: boolean | undefined;
  /** set by the demo, whose data no compare command names */
  readonly reproduce?: string | undefined;
}
