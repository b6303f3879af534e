/**
 * What the gateway must remember, and what its replicas share: virtual keys, limits, budgets, breakers, sessions. In memory, in a
 * folder (LMDB), or in Redis; one contract test runs over all three. No HTTP in here.
 *
 * Everything is answered at once by the embedded kinds and by a promise from Redis: test for the promise before awaiting it, and
 * the hot path needs no turn of the event loop. Nothing here rejects because Redis is away: each part says what it answers then.
 */
import type { SessionMemory } from "../serving/decider.ts";

export type Answer<Value> = Value | Promise<Value>;

export interface GatewayState {
  /** for people: "memory", a folder, or an address without its password */
  readonly place: string;
  readonly keys: KeyStore;
  readonly limits: RateLimits;
  readonly budgets: Budgets;
  readonly breakers: Breakers;
  readonly sessions: Sessions;
  /** False while the store cannot be reached: /ready says so. */
  isReady(): Answer<boolean>;
  /** Waits for what is under way. Open reservations are left to lapse. */
  close(): Promise<void>;
}

/** At most so much per minute. A full minute's allowance may be taken at once; then it comes back evenly. */
export interface KeyLimits {
  readonly requestsPerMinute?: number | undefined;
  /** input and output tokens together */
  readonly tokensPerMinute?: number | undefined;
}

/** Days and months are those of UTC. */
export const periods = ["day", "month", "total"] as const;
export type Period = (typeof periods)[number];

/** At most so many USD in each period; without a period that is named there is no bound. */
export type SpendCaps = Readonly<Partial<Record<Period, number>>>;

/** Who may ask, for what, and for how much. Its secret is not kept: only the secret's SHA-256 is, and not in here. */
export interface VirtualKey {
  /** "key_…": stands in logs, metrics and the spend log in place of the secret */
  readonly id: string;
  /** for people */
  readonly name: string;
  /** ISO 8601 */
  readonly createdAt: string;
  /** ISO 8601; undefined = never */
  readonly expiresAt: string | undefined;
  /** ISO 8601; undefined = in force */
  readonly revokedAt: string | undefined;
  /** models it may ask, with * for any run of characters; undefined = all */
  readonly models: readonly string[] | undefined;
  readonly limits: KeyLimits;
  readonly caps: SpendCaps;
}

/** `unavailable`: the store cannot be reached, so that nobody can be let in: 503, not 401. */
export type KeyFinding =
  | { readonly status: "valid"; readonly key: VirtualKey }
  | { readonly status: "unknown" | "revoked" | "expired" | "unavailable" };

export interface KeyStore {
  /** Who this secret belongs to. Takes any text; compares in constant time. */
  find(secret: string): Answer<KeyFinding>;
}

/** Whom limits and caps are counted for: a virtual key, or whoever the gateway makes up where it has none. */
export type Spender = Pick<VirtualKey, "id" | "limits" | "caps">;

export type Taken =
  | { readonly ok: true }
  | {
      readonly ok: false;
      /** which limit; "unavailable" where Redis is away and limits fail closed */
      readonly reason: "requests" | "tokens" | "unavailable";
      /** when the same request would pass if nobody else came, at least 1 */
      readonly retryAfterMs: number;
    };

export interface RateLimits {
  /**
   * Takes one request and about so many tokens, or nothing at all. A request larger than a whole minute's tokens passes when the
   * minute is untouched, and the following ones wait for it. NaN tokens count as none until `correct` tells. A request that uses
   * none, 0, asks nothing of the tokens' minute.
   */
  take(spender: Spender, estimatedTokens: number): Answer<Taken>;
  /** What it took in the end: gives back, or takes more. Nobody need wait for it. */
  correct(spender: Spender, estimatedTokens: number, tokens: number): Answer<void>;
}

/** Money held back for one call. Keep it until `settle` or `release`; it lapses when this process has died. */
export interface Reservation {
  readonly id: string;
  readonly usd: number;
}

export interface BudgetRefusal {
  /** whose cap; "unavailable" where the store cannot be reached and budgets fail closed: 503, not 429 */
  readonly reason: "key" | "model" | "gateway" | "unavailable";
  /** of the cap that is met; "total" with reason "unavailable" */
  readonly period: Period;
  /** NaN with reason "unavailable", as the two below */
  readonly capUsd: number;
  readonly spentUsd: number;
  /** held back for calls under way */
  readonly reservedUsd: number;
  /** when the period begins anew, ISO 8601; undefined for "total" */
  readonly resetsAt: string | undefined;
}

export type Reserved =
  | { readonly ok: true; readonly reservation: Reservation }
  | { readonly ok: false; readonly refusal: BudgetRefusal };

export interface Budgets {
  /**
   * Caps that hold from now on in this process, in place of those it was opened with. A call under way is booked on the accounts it
   * holds. What models and the gateway spend is counted only while a cap on it is there. Money is held for the longest calls that
   * there were to be: those under way may be of an older rule.
   */
  change(next: { readonly caps: GatewayCaps; readonly longestCallMs: number }): void;
  /**
   * Holds back `usd` from the caps of the key, of the model and of the gateway: from all of them, or from none. Give the most that
   * the call can cost. NaN (no price, or no bound) fits only where no cap applies.
   */
  reserve(on: { readonly key: Spender | undefined; readonly model: string }, usd: number): Answer<Reserved>;
  /**
   * Books what the call did cost, in the period in which it is settled; NaN = not known, and then all that was reserved counts as
   * spent. A second settling, or one after `release`, counts for nothing. Retried while Redis is away.
   */
  settle(reservation: Reservation, usd: number): Answer<void>;
  /** Gives it back: nothing was billed. */
  release(reservation: Reservation): Answer<void>;
  /** What the key has spent in each period so far. */
  spent(key: Pick<Spender, "id">): Answer<Readonly<Record<Period, number>>>;
}

export type BreakerState = "closed" | "open" | "half-open";

export type Allowed =
  | {
      readonly ok: true;
      /** whether this is the one call that tries a target that was broken; tell how it ended, else none is let through for a while */
      readonly isProbe: boolean;
    }
  | { readonly ok: false; readonly retryAfterMs: number };

/**
 * One breaker for each target (an endpoint of a model). Closed, all calls pass; when too many of them fail it opens, and none does;
 * after a while one call is let through (half-open), and what becomes of it closes or opens it again. Each call that was allowed is
 * told about once.
 */
export interface Breakers {
  allows(target: string): Answer<Allowed>;
  succeeded(target: string): Answer<void>;
  /** @param retryAfterMs what the target asked for; it is left alone at least so long once it is open */
  failed(target: string, retryAfterMs?: number): Answer<void>;
  /** The client went away, or the call was not made: says nothing of the target, but another may probe it. */
  cancelled(target: string): Answer<void>;
  stateOf(target: string): Answer<BreakerState>;
}

export interface Sessions {
  /** What is remembered; undefined for a session that is new, forgotten or somebody else's. @param owner the key's id */
  get(owner: string | undefined, session: string): Answer<SessionMemory | undefined>;
  put(owner: string | undefined, session: string, memory: SessionMemory): Answer<void>;
}

/** Caps that do not belong to a key. */
export interface GatewayCaps {
  /** of all calls together */
  readonly gateway?: SpendCaps | undefined;
  /** by the model that is called */
  readonly models?: Readonly<Record<string, SpendCaps>> | undefined;
  /** of each key that has none of its own for a period */
  readonly eachKey?: SpendCaps | undefined;
}
