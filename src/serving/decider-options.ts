/** What a decider is made of. */
import type { SavedRouter } from "../experiment/artefact.ts";
import type { ConversationReading } from "./dialogue-text.ts";
import type { DriftOptions } from "./drift-monitor.ts";
import type { FallbackPolicy } from "./fallback-policy.ts";
import type { ModelFacts } from "./model-facts.ts";
import type { StickinessOptions } from "./stickiness.ts";
import type { SplitOptions } from "./sticky-arm.ts";

export interface DeciderOptions {
  /** by the name they are asked for: `router-<name>` */
  readonly routers: Readonly<Record<string, SavedRouter>>;
  /** which of them `auto` is. @default the first */
  readonly defaultRouter?: string | undefined;
  /** by model id; what is not stated is not known */
  readonly models?: Readonly<Record<string, ModelFacts>> | undefined;
  /** who decides when the router cannot. @default "best-single" */
  readonly fallback?: FallbackPolicy | undefined;
  /** how long a request waits for a vector. @default 500 */
  readonly encoderDeadlineMs?: number | undefined;
  /** worker threads of a local encoder. @default 1 */
  readonly encoderThreads?: number | undefined;
  /** which messages of a conversation are read. @default "user-turns" */
  readonly conversation?: ConversationReading | undefined;
  readonly stickiness?: Partial<StickinessOptions> | undefined;
  /** what `auto` is, drawn for each session, or key, or request */
  readonly split?: SplitOptions | undefined;
  /** an alarm for queries unlike the training prompts, and who answers those while it is raised; none when left out */
  readonly drift?: (Partial<DriftOptions> & { readonly fallback?: FallbackPolicy | undefined }) | undefined;
  /** a router that decides in the dark */
  readonly shadow?: string | undefined;
}
