/**
 * Fits one router on training rows, choosing what the user did not fix on a validation part cut from those rows.
 * Test rows are not among the arguments: they cannot choose anything.
 */
import type { EncoderFingerprint } from "../core/encoder.ts";
import { fitCalibration } from "../core/calibration.ts";
import { FitError, throwIfAborted } from "../core/errors.ts";
import type { FittedRouter, SearchStep } from "../core/fitted-router.ts";
import type { OutcomeTable } from "../core/outcome-table.ts";
import { tieOrder } from "../core/pick.ts";
import { argmax } from "../core/policy.ts";
import type { Policy } from "../core/policy.ts";
import type { EstimateTable, FitContext, TrainTable } from "../core/router.ts";
import type { Matrix32 } from "../math/matrix.ts";
import { columnMeans } from "../math/matrix.ts";
import { resolveOptions } from "../routers/registry.ts";
import type { NamedRouter } from "../routers/registry.ts";
import { estimateView } from "./choose.ts";
import { fitContext } from "./fit-context.ts";
import { queryView } from "./query-view.ts";
import type { QueryView } from "./query-view.ts";
import { replayPolicy, replayAvgAcc } from "./replay.ts";
import { areasUnderKnob, operatingPolicy, unvalidatedPolicy } from "./sweep.ts";
import { trainTable } from "./train-table.ts";
import { transfer, transferBudget } from "./transfer.ts";

/** The rows of one seed, as every router of that seed meets them. */
export interface FitMaterial {
  readonly table: OutcomeTable;
  readonly embeddings: Matrix32 | undefined;
  readonly fingerprint: EncoderFingerprint | null;
  readonly seed: number;
  /** all training rows, and the same without the validation part */
  readonly train: TrainTable;
  readonly inner: TrainTable;
  readonly context: FitContext;
  readonly innerContext: FitContext;
  readonly validation: QueryView;
}

/** Cuts a table for fitting. `validation` rows must be among `train` rows; both in split order. */
export function fitMaterial(
  table: OutcomeTable,
  rows: {
    readonly train: Int32Array;
    readonly validation: Int32Array;
    readonly unavailable: (Uint8Array | undefined)[];
  },
  embedding: { readonly vectors: Matrix32 | undefined; readonly fingerprint: EncoderFingerprint | null },
  { seed, signal }: { readonly seed: number; readonly signal?: AbortSignal | undefined },
): FitMaterial {
  const held = new Set(rows.validation);
  const inner = rows.train.filter((r) => !held.has(r));
  return {
    table,
    embeddings: embedding.vectors,
    fingerprint: embedding.fingerprint,
    seed,
    train: trainTable(table, rows.train, embedding.vectors),
    inner: trainTable(table, inner, embedding.vectors),
    context: fitContext(seed, signal),
    innerContext: fitContext(seed, signal),
    validation: queryView(table, rows.validation, embedding.vectors, rows.unavailable),
  };
}

/** A fitted router and what it expected on the validation part when fitted without it. */
export interface FitResult {
  readonly fitted: FittedRouter;
  /** the router fitted without the validation rows: it names the operating points */
  readonly onValidation:
    | {
        readonly fitted: FittedRouter;
        readonly estimates: EstimateTable;
        /** a policy named there, as the router fitted on all training rows has to take it */
        readonly carried: (policy: Policy) => Policy;
      }
    | undefined;
}

/**
 * Searches the router's open options on the validation part (AvgAcc; ties to the earlier, stronger candidate), then
 * fits on all training rows with the chosen ones.
 * @throws FitError naming the router when it cannot be fitted.
 */
export function fitRouter(named: NamedRouter, material: FitMaterial): FitResult {
  throwIfAborted(material.context.signal, `fitting ${named.label}`);
  const candidates = candidateOptions(named);
  const canValidate = material.inner.score.rows > 0 && material.validation.table.prompts.length > 0;
  if (!canValidate) return { fitted: unvalidated(named, candidates[0]!, material), onValidation: undefined };
  const tried = scored(
    candidates.map((options) => tryCandidate(named, options, material)),
    named,
    material.validation,
  );
  const search = tried.map(({ options, avgAcc }): SearchStep => ({ options, avgAcc }));
  const winner = tried.reduce((best, next) => (next.avgAcc > best.avgAcc ? next : best));
  const fitted = fitOnce(named, winner.options, material, search.length > 1 ? search : []);
  const carried = carrier(fitted, winner, material.validation);
  const chosen = operatingPolicy(winner.inner, material.validation, winner.estimates);
  const policy = named.router.fixedPolicy?.(winner.options) ?? carried(chosen);
  const calibration = named.router.calibrate
    ? { calibration: fitCalibration(winner.estimates.quality, material.validation.table.score) }
    : {};
  return {
    fitted: { ...fitted, policy, ...calibration },
    onValidation: { fitted: { ...winner.inner, ...calibration }, estimates: winner.estimates, carried },
  };
}

/** How policies get from the fit without the validation part to the one with it (transfer.ts). */
function carrier(fitted: FittedRouter, { estimates, inner }: Tried, validation: QueryView): (policy: Policy) => Policy {
  const { router } = fitted;
  if (router.operatingPolicy === "threshold") return transfer(estimates, estimateView(fitted, validation));
  if (router.operatingPolicy === "budget" && router.budgetRange)
    return transferBudget(router.budgetRange(inner.state), router.budgetRange(fitted.state));
  return (policy) => policy;
}

/** Too few rows to validate on: default options, and the middle of the knob where the method is its knob. */
function unvalidated(named: NamedRouter, options: object, material: FitMaterial): FittedRouter {
  const fitted = fitOnce(named, options, material, []);
  return { ...fitted, policy: named.router.fixedPolicy?.(fitted.options) ?? unvalidatedPolicy(fitted) };
}

/** The product of the searched values of all options not fixed; one empty candidate when nothing is searched. */
function candidateOptions({ router, fixed }: NamedRouter): object[] {
  let candidates: Record<string, unknown>[] = [{ ...fixed }];
  const search: object = typeof router.search === "function" ? router.search(fixed) : router.search;
  for (const [name, values] of Object.entries(search as Record<string, readonly unknown[]>)) {
    if (name in fixed) continue;
    candidates = candidates.flatMap((candidate) => values.map((value) => ({ ...candidate, [name]: value })));
  }
  return candidates.map((candidate) => resolveOptions(router, candidate));
}

interface Tried {
  readonly options: object;
  readonly inner: FittedRouter;
  readonly estimates: EstimateTable;
}

function tryCandidate(named: NamedRouter, options: object, material: FitMaterial): Tried {
  throwIfAborted(material.context.signal, `fitting ${named.label}`);
  const inner = bind(named, options, material, fitState(named, material.inner, options, material.innerContext), []);
  return { options, inner, estimates: estimateView(inner, material.validation) };
}

/** With what candidates are compared by: AvgAcc, or its mean over the knob where the method is its knob. */
function scored(
  tried: readonly Tried[],
  { router: { operatingPolicy: knob } }: NamedRouter,
  validation: QueryView,
): (Tried & { readonly avgAcc: number })[] {
  if (knob === "threshold" || knob === "budget") {
    const areas = areasUnderKnob(
      tried.map(({ inner, estimates }) => ({ fitted: inner, estimates })),
      validation,
    );
    return tried.map((candidate, i) => ({ ...candidate, avgAcc: areas[i]! }));
  }
  return tried.map((candidate) => {
    const { inner, estimates } = candidate;
    return { ...candidate, avgAcc: replayAvgAcc(replayPolicy(inner, validation, argmax, estimates), validation) };
  });
}

function fitOnce(named: NamedRouter, options: object, material: FitMaterial, search: SearchStep[]): FittedRouter {
  return bind(named, options, material, fitState(named, material.train, options, material.context), search);
}

function fitState(named: NamedRouter, train: TrainTable, options: object, context: FitContext): unknown {
  try {
    return named.router.fit(train, options, context);
  } catch (error) {
    // The numerics throw the signal's own reason: only from here on is it known to be the user's.
    throwIfAborted(context.signal, `fitting ${named.label}`);
    if (!(error instanceof FitError)) throw error;
    throw new FitError({ problem: error.problem, where: `fitting ${named.label}`, mend: error.mend, cause: error });
  }
}

function bind(
  { label, router }: NamedRouter,
  options: object,
  material: FitMaterial,
  state: unknown,
  search: readonly SearchStep[],
): FittedRouter {
  return {
    router,
    label,
    options,
    state,
    models: material.table.models,
    ties: tieOrder(material.table.models, columnMeans(material.train.costUsd)),
    policy: argmax,
    seed: material.seed,
    embedding: router.needs.embeddings ? material.fingerprint : null,
    search,
    provenance: { table: material.table.digest, trainRows: material.train.score.rows },
  };
}
