/**
 * What the gateway, the in-process router and the AI SDK model ask for: one decision for one request, and all that a
 * caller needs to carry it out. No HTTP in here. The choice itself is `decide` of core/fitted-router.ts, the function
 * that the benchmark measured; what serving adds (gates, sessions, arms, cascades) stands around it.
 */
import type { DriftChange } from "./drift-alarms.ts";
import type { Policy } from "../core/policy.ts";

/** One message of a conversation, as text. A part that is no text (an image, a file) is left out of `text`. */
export interface Turn {
  readonly role: "system" | "developer" | "user" | "assistant" | "tool";
  readonly text: string;
}

/** The whole conversation in its order, the message to be answered last. */
export type Dialogue = readonly Turn[];

/** What a caller asks of the choice, from the model name and the x-signalbox-* headers. See `parseControls`. */
export interface Controls {
  /** a router by name; undefined = the default one, "auto" */
  readonly router: string | undefined;
  /** instead of the policy the router was saved with */
  readonly policy: Policy | undefined;
  /** model ids, with * for any run of characters; the Decider knows the pool they are read against. undefined = all */
  readonly allowed: readonly string[] | undefined;
  readonly excluded: readonly string[];
  /** no model that is expected to cost more, or of unknown cost, is asked */
  readonly ceilingUsd: number | undefined;
  /** no model expected to score less is asked, while any is expected to reach it */
  readonly floor: number | undefined;
  /** who goes on with a conversation: keeps the model while a switch would cost more than it gains, and the arm of a split */
  readonly session: string | undefined;
  /** whether the answer should say why, and what else was possible */
  readonly explain: boolean;
}

/** What a model must be able to do for this request. */
export interface Needs {
  /** tokens of the whole prompt, an estimate; 0 = not known */
  readonly promptTokens: number;
  /** those and the longest answer asked for: what has to fit into the model's context; 0 = not known */
  readonly contextTokens: number;
  readonly tools: boolean;
  readonly vision: boolean;
  /** an answer in JSON, by a schema or without */
  readonly json: boolean;
}

/** What is remembered of a session: who answered last, and how much of the conversation that model has in its cache. */
export interface SessionMemory {
  readonly model: string;
  /** tokens of the prefix that the provider's prompt cache is expected to hold for this model */
  readonly cachedTokens: number;
}

export interface DecideRequest {
  readonly dialogue: Dialogue;
  readonly needs: Needs;
  readonly controls: Controls;
  /** models that whoever carries the decision out cannot ask, each with why, e.g. "not in the configuration" */
  readonly unserved?: ReadonlyMap<string, string> | undefined;
  /** the virtual key, when there is one: keeps the arm of a split where no session is given */
  readonly key: string | undefined;
  /** of `controls.session`; undefined = a new session, or none */
  readonly memory?: SessionMemory | undefined;
  /** how many alternatives are wanted; undefined = all */
  readonly mostAlternatives?: number | undefined;
}

/** Why a model could not be chosen for this request. */
export interface Gated {
  readonly model: string;
  readonly gate: "unserved" | "allow" | "exclude" | "context" | "tools" | "vision" | "json" | "ceiling";
  /** in words, e.g. "takes 8,192 tokens, 12,000 are needed" */
  readonly detail: string;
}

/** What is expected of one model for this request; NaN = unknown. */
export interface Alternative {
  readonly model: string;
  readonly score: number;
  readonly costUsd: number;
}

/**
 * A cascade under way: ask `model`, show its answer to `next`, go on until it says "accept". An answer is held until it
 * is accepted; every call is billed. A call that failed has no answer: `next(undefined)` is never accepted.
 */
export interface CascadeStep {
  readonly model: string;
  /** whether an answer of this step is accepted whatever it says: it may be streamed at once */
  readonly isLast: boolean;
  next(answer: { readonly text: string; readonly completionTokens: number } | undefined): "accept" | CascadeStep;
}

/** What a request may bend a router's own rule by. */
export type ControlName = "policy" | "allow" | "exclude" | "ceiling" | "floor" | "session";

/** Which of the named fallbacks decided instead of the router, or why the router's rule was bent. */
export type DecisionFallback = "encoder-deadline" | "encoder-failed" | "drift" | "no-candidate";

/** What the router in the dark would have done; `problem` where it could not decide. */
export interface ShadowChoice {
  readonly router: string;
  readonly model: string | undefined;
  readonly problem: string | undefined;
}

export interface ServedDecision {
  readonly model: string;
  /** the router's name and label, e.g. "auto" and "avengers" */
  readonly router: string;
  readonly label: string;
  readonly reason: string;
  /** expected of the model; NaN where unknown, or where the router only rates */
  readonly score: number;
  readonly costUsd: number;
  /** the other models that may be asked, best first by the same policy: the fallback chain */
  readonly alternatives: readonly Alternative[];
  readonly gated: readonly Gated[];
  /** models let through a gate although the config does not say whether they can do it, e.g. "gpt-5: vision not stated" */
  readonly unstated: readonly string[];
  /** what of the request bent the router's own rule, whether or not it changed the choice; a session where it kept its model */
  readonly controls: readonly ControlName[];
  readonly decisionUs: number;
  /** of router, policy and pool: the same hash, the same rule */
  readonly policyHash: string;
  readonly fallback: DecisionFallback | undefined;
  /** the first step, where the router is a cascade; its `model` is `model` */
  readonly cascade: CascadeStep | undefined;
  /** the chance with which the router chose this model: 1, but for a lottery */
  readonly propensity: number;
  /** the arm of an A/B split, and with which chance it was drawn */
  readonly arm: { readonly name: string; readonly propensity: number } | undefined;
  /** what the shadow router would have chosen: settled after the answer is under way, never rejected; nobody is asked */
  readonly shadow: Promise<ShadowChoice> | undefined;
  /** whether the alarm for queries unlike the training prompts is raised */
  readonly isDrifting: boolean;
}

/** How often what happened since the decider was opened. */
export interface DeciderCounts {
  decisions: number;
  /** decisions that a session's cached prefix held back from a switch */
  stayed: number;
  fallbacks: Record<DecisionFallback, number>;
  noCandidate: number;
  shadowDecisions: number;
  shadowProblems: number;
  /** how often the drift alarm was raised */
  driftAlarms: number;
}

/** What a client's model name asks for: a model as it is, or a choice. */
export type Target =
  | { readonly kind: "bypass"; readonly model: string }
  | { readonly kind: "route"; readonly controls: Controls };

/**
 * Decides for live requests. Answers at once, without a promise, unless an encoder must be waited for.
 * @throws NoCandidateError when no model may be asked, naming for each the gate that removed it; UsageError for a router
 *   that does not exist.
 */
export interface Decider {
  /** the names a client may ask for as a model: auto, router-<name> */
  readonly routers: readonly string[];
  /** what was odd on opening and is worth telling the operator */
  readonly warnings: readonly string[];
  readonly counts: Readonly<DeciderCounts>;
  /** the routers whose drift alarm is raised */
  readonly drifting?: readonly string[] | undefined;
  /** Told from now on, in place of whoever was, when an alarm is raised or lowered. */
  watchDrift?(listener: (change: DriftChange) => void): void;
  /** whether every decision comes at once, so that no signal is looked at; undefined = not known */
  readonly isImmediate?: boolean | undefined;
  /** every model that some router may choose */
  readonly models: readonly string[];
  /**
   * Reads a model name and the x-signalbox-* headers; `header` gives a header's text by its name in lower case.
   * @param mayTell whether an error may name a model; undefined = any of them
   * @throws UsageError for a name that is neither a router nor a model, or a header that cannot be read.
   */
  target(model: string, header: (name: string) => string | undefined, mayTell?: (model: string) => boolean): Target;
  decide(request: DecideRequest, signal: AbortSignal): ServedDecision | Promise<ServedDecision>;
  close(): Promise<void>;
}
