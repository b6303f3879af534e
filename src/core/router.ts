/**
 * The router contract.
 *
 *     fit(train, options, context)  → state      sees training rows only; may be slow; abortable; seeded
 *     estimate(state, query)        → Estimate   pure, synchronous: what each model would score and cost
 *     pick(estimate, policy)        → column     ONE function for all routers (core/pick.ts)
 *
 * A router is a pair of pure functions and its state is plain data (numbers, strings, arrays, typed arrays, matrices),
 * so one serializer saves them all, and the function that was measured is the function that serves.
 */
import type { z } from "zod";
import type { Matrix, Matrix32 } from "../math/matrix.ts";
import type { Random } from "../math/random.ts";
import type { Model, OutcomeTable } from "./outcome-table.ts";
import type { Policy } from "./policy.ts";
import type { Shape, StateShape } from "./state-shape.ts";

/** What `fit` may see: the training rows and nothing else. */
export interface TrainTable {
  readonly models: readonly Model[];
  /** [n] row → data set number; `datasets` of them */
  readonly datasetOf: Int32Array;
  readonly datasets: number;
  /** [n, d] unit-length rows; a [n, 0] matrix when the router declares no need of embeddings */
  readonly embeddings: Matrix32;
  /** [n, m] NaN = not collected */
  readonly score: Matrix;
  /** [n, m] USD; NaN = not collected, or the call failed */
  readonly costUsd: Matrix;
  /** [n] mean over models, NaN if never recorded */
  readonly promptTokens: Float64Array;
  /** [n] the texts, for routers that read them */
  readonly prompts: readonly string[];
  /** The full outcome rows (answers, tokens, latency) behind this table, for methods that judge answers. */
  readonly outcomes: OutcomeTable;
}

/** One query to route. Never carries a reference answer; what only a cheating router may see is under `revealed`. */
export interface RouterQuery {
  /** [d] unit length, by the router's encoder */
  readonly embedding: Float32Array;
  readonly text: string;
  /** NaN when not counted */
  readonly promptTokens: number;
  /** [m] 1 = may be chosen; absent = all */
  readonly allowed?: Uint8Array;
  /** Filled by the benchmark for routers that declare `cheats`; absent when serving. */
  readonly revealed?: RevealedOutcome;
}

/** Ground truth that only routers marked `cheats` may look at. */
export interface RevealedOutcome {
  /** data set number of the table, or −1 */
  readonly dataset: number;
  /** [m] */
  readonly score: Float64Array;
  /** [m] */
  readonly costUsd: Float64Array;
  /** [m] values of `cellStatus` */
  readonly status: Uint8Array;
}

/** "probability" and "score" may be traded against USD; "rank" may only be compared. */
export type QualityKind = "probability" | "score" | "utility" | "rank";

/** What a router expects of every model for one query. */
export interface Estimate {
  /** [m] higher is better; −Infinity = never choose; NaN = nothing known (never chosen while anything is known) */
  readonly quality: Float64Array;
  /** [m] expected USD of the call */
  readonly costUsd: Float64Array;
  /** [m] observations behind each estimate */
  readonly support?: Float64Array;
  /** For the `alpha` policy: [m] each in 0 … 1, when the router has a scaling of its own. */
  readonly scaled?: { readonly quality: Float64Array; readonly cheapness: Float64Array };
}

/** Estimates of many queries at once. Row i equals `estimate` of query i, bit for bit. */
export interface EstimateTable {
  readonly quality: Matrix;
  readonly costUsd: Matrix;
  readonly scaled?: { readonly quality: Matrix; readonly cheapness: Matrix };
}

/** The choice: whom to ask, in which order. */
export interface Decision {
  /** Columns in the order to try; length 1 unless the router is a cascade. */
  readonly order: readonly number[];
  /** The estimate the choice rests on. */
  readonly estimate: Estimate;
  /** [m] set when the choice is a lottery (random): replay then reports its exact expectation. */
  readonly lottery?: Float64Array;
  /** Cascades only: whether to stop at this answer. Every model asked is billed. */
  readonly accept?: (step: number, answer: Answer) => boolean;
}

/** What a cascade sees of an answer. Never the evaluator's verdict. */
export interface Answer {
  readonly model: number;
  readonly text: string;
  readonly completionTokens: number;
}

/** A line of the "why" behind a decision: a neighbour, a cluster, a weight. */
export interface Reason {
  readonly label: string;
  /** nearness, weight or share: what the router sorts by */
  readonly weight: number;
  /** [m] the mean score of each model there, when the reason is a group of training prompts */
  readonly quality?: Float64Array;
  readonly support?: number;
}

/** Services for fitting. Random streams are named, so adding a use never shifts another. */
export interface FitContext {
  readonly seed: number;
  random(...purpose: readonly (string | number)[]): Random;
  readonly signal?: AbortSignal | undefined;
  /** Runs `compute` once per key for this training table: clusterings and Gram matrices are shared between routers. */
  shared<T>(key: string, compute: () => T): T;
}

/** A model that joins a fitted router: its outcomes on some prompts, encoded as the router's own. */
export interface JoiningModel {
  readonly model: Model;
  /** [s, d] */
  readonly embeddings: Matrix32;
  /** [s] */
  readonly prompts: readonly string[];
  /** [s] NaN = not scored */
  readonly score: Float64Array;
  /** [s] USD, NaN = unknown */
  readonly costUsd: Float64Array;
  /** how many rows the router was fitted on, which says how strong its penalties were meant to be */
  readonly trainRows: number;
}

/** What a bandit does besides estimating: it chooses so as to learn, and learns from what it chose. */
export interface OnlineLearning<State> {
  /** The estimate to choose by while learning, in which a model of which little is known stands better or by chance. */
  estimate(state: State, query: RouterQuery, random: Random): Estimate;
  /** Takes in what the model that was asked scored. Writes into `state`, which is the caller's own copy. */
  learn(state: State, query: RouterQuery, outcome: { readonly model: number; readonly score: number }): void;
}

/** `true`: reads the outcomes it is scored on. `"task-label"`: is told the data set of a query. Neither is ranked. */
export type Cheats = false | true | "task-label";

/** Option → the values to try. */
export type Search<Options> = { readonly [Name in keyof Options]?: readonly Options[Name][] };

export interface Router<Options extends object = any, State = any> {
  readonly name: string;
  readonly summary: string;
  /** Title, authors, year, arXiv id; or "signalbox" for our own. */
  readonly source: string;
  readonly cheats: Cheats;
  /** A line to study a table by, and no row of every table: compared only when it is named. */
  readonly diagnostic?: boolean;
  readonly needs: {
    readonly embeddings: boolean;
    readonly text: boolean;
    readonly cost: boolean;
    /** stored answers of the models, to train on */
    readonly answers?: boolean;
  };
  readonly qualityKind: QualityKind;
  /** Where options change what the estimates are: ranks instead of means, say. */
  qualityKindFor?(options: Options): QualityKind;
  readonly options: z.ZodType<Options>;
  /** Values tried on the validation part for options the user did not fix, strongest regularisation first. */
  readonly search: Search<Options> | ((fixed: Partial<Options>) => Search<Options>);
  /** Named settings, e.g. `reference`; what a preset fixes is not searched. */
  readonly presets: Readonly<Record<string, Partial<Options>>>;
  /**
   * One named model by design (best-single): replay does not tell it which models lack records, so that it stays that
   * model, and picks without a record are scored 0 and counted.
   */
  readonly constant?: boolean;
  /** The policy of its leaderboard row. All but `"argmax"` have a knob, whose value is chosen on validation. */
  readonly operatingPolicy: "argmax" | "alpha" | "threshold" | "budget";
  /** The knob's value where options (a preset, the user) fix it. */
  fixedPolicy?(options: Options): Policy | undefined;
  /** Cascades: the budgets, USD a query, between which this state has anything to choose; swept evenly in the log. */
  budgetRange?(state: State): readonly [lowest: number, highest: number];
  /** Quality has no unit that USD can be set against until it is mapped to a chance on validation (Platt). */
  readonly calibrate?: boolean;
  /**
   * What loading a saved state checks: { centroids: "f32[K, d]", quality: "f64[K, m]" }. A function where the shape
   * depends on the state, which is then unchecked. Every router of the registry has one.
   */
  readonly stateShape?: Shape | ((state: State) => Shape);
  fit(train: TrainTable, options: Options, context: FitContext): State;
  estimate(state: State, query: RouterQuery): Estimate;
  /** A faster `estimate` for many embeddings [n, d]; must agree with it bit for bit. */
  estimateMany?(state: State, embeddings: Matrix32): EstimateTable;
  /**
   * Only when the choice is not a function of per-model estimates (lotteries, cascades, rank sums).
   * Undefined = under this state and policy it is, after all.
   */
  decide?(state: State, query: RouterQuery, policy: Policy): Decision | undefined;
  /** How a model leaves without a refit: the shape's `m` columns go. Absent: it cannot. */
  readonly dropsModels?: "exact" | "approximate";
  /**
   * The state with one more model, last in the pool, learnt from its own outcomes alone; the rest stays. Must not change
   * what is expected of the others. @throws FitError when the outcomes are too few or do not fit.
   */
  addModel?(state: State, joining: JoiningModel, options: Options, context: FitContext): State;
  /** How it goes on learning from its own choices, where it can. */
  readonly online?: OnlineLearning<State>;
  /** One sentence that a reader of the table must know of this fit, e.g. why a guarded router stood down. */
  note?(state: State): string | undefined;
  /** Why: the groups of training prompts the estimate rests on, strongest first. */
  explain?(state: State, query: RouterQuery): readonly Reason[];
}

/** Fills the defaults of a router definition and keeps its option and state types together. */
export function defineRouter<Options extends object, State>(
  definition: Pick<Router<Options, State>, "name" | "summary" | "source" | "options" | "fit" | "estimate"> &
    Partial<Omit<Router<Options, State>, "stateShape">> & {
      readonly stateShape?: StateShape<NoInfer<State>> | ((state: NoInfer<State>) => Shape);
    },
): Router<Options, State> {
  return {
    cheats: false,
    needs: { embeddings: false, text: false, cost: false },
    qualityKind: "score",
    search: {},
    presets: {},
    operatingPolicy: "argmax",
    ...definition,
  };
}
