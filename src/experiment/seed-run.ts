/**
 * One seed: split → encode → fit every router → replay on the test part. Pure but for the clock that times fits and
 * decisions; runs on a worker thread, so what goes in and out is plain data.
 */
import type { Encoder, EncoderFingerprint } from "../core/encoder.ts";
import { throwIfAborted } from "../core/errors.ts";
import { decide } from "../core/fitted-router.ts";
import type { FittedRouter } from "../core/fitted-router.ts";
import type { Replay } from "../core/metric.ts";
import type { OutcomeTable } from "../core/outcome-table.ts";
import { argmax, policyText } from "../core/policy.ts";
import type { Policy } from "../core/policy.ts";
import type { EstimateTable } from "../core/router.ts";
import type { Matrix32 } from "../math/matrix.ts";
import { sum } from "../math/stats.ts";
import type { NamedRouter } from "../routers/registry.ts";
import { estimateView } from "./choose.ts";
import { fitContext } from "./fit-context.ts";
import { fitMaterial, fitRouter } from "./fit-router.ts";
import type { FitMaterial, FitResult } from "./fit-router.ts";
import { availability, queryView } from "./query-view.ts";
import type { QueryView } from "./query-view.ts";
import { realisedTable } from "./realised-table.ts";
import { replayPolicy } from "./replay.ts";
import { splitTable } from "./split.ts";
import type { Split } from "./split.ts";
import type { SplitOptions } from "./split-options.ts";
import { bestPoint, cheapestAsGood, curveOf, runSweep, sweepPolicies, sweepReplays } from "./sweep.ts";
import type { SweepCurve } from "./sweep.ts";
import { trainTable } from "./train-table.ts";

/** Vectors for a table: fitted per seed on the training texts, or the same for all seeds. */
export type EmbedRows = (
  trainRows: Int32Array,
) => Promise<{ vectors: Matrix32; encoder: Pick<Encoder, "fingerprint" | "state"> }>;

export interface SeedOptions {
  readonly split: SplitOptions;
  readonly routers: readonly NamedRouter[];
  readonly seed: number;
  readonly signal?: AbortSignal | undefined;
  readonly onStep?: ((step: string) => void) | undefined;
}

/** What all routers of one seed share: the cut table, its vectors, fits in common, and the bar on validation. */
export interface PreparedSeed {
  readonly split: Split;
  readonly facts: SeedFacts;
  readonly material: FitMaterial;
  readonly test: QueryView;
  readonly bar: Replay | undefined;
}

export interface SeedFacts {
  readonly fingerprint: EncoderFingerprint | null;
  readonly embedSeconds: number;
}

/** One router under one seed. */
export interface RouterRun {
  readonly label: string;
  readonly options: object;
  readonly policy: string;
  readonly fitSeconds: number;
  /** up to 200 single decisions, µs each */
  readonly decisionMicros: Float64Array;
  readonly replay: Replay;
  readonly sweep: { readonly policies: readonly string[]; readonly test: SweepCurve } | undefined;
  /** Positions in the sweep named on validation; −1 = none. What the latter saved there, a share; NaN = none */
  readonly named: {
    readonly bestQuality: number;
    readonly asGoodAsBestSingle: number;
    readonly savedOnValidation: number;
  };
  /** the test replay of the point named as good as best single, but cheaper; undefined when none was */
  readonly asGood: Replay | undefined;
  /** bytes of the fitted state's arrays: what serving it must hold */
  readonly stateBytes: number;
  /** what the router says of this fit */
  readonly note: string | undefined;
}

export interface SeedRun extends SeedFacts {
  readonly seed: number;
  readonly split: Split;
  readonly routers: readonly RouterRun[];
}

/** Runs one seed over all routers. Deterministic but for the timings. */
export async function runSeed(table: OutcomeTable, embedRows: EmbedRows, options: SeedOptions): Promise<SeedRun> {
  const prepared = await prepareSeed(table, embedRows, options);
  const runs: RouterRun[] = [];
  for (const named of options.routers) {
    throwIfAborted(options.signal, "comparison");
    options.onStep?.(named.label);
    runs.push(runRouter(named, prepared));
    // Give the abort signal and progress messages a turn between fits.
    await new Promise((resolve) => setImmediate(resolve));
  }
  return { seed: options.seed, split: prepared.split, ...prepared.facts, routers: runs };
}

/** Split, encode, cut: everything before the first fit. */
export async function prepareSeed(
  table: OutcomeTable,
  embedRows: EmbedRows,
  { split: how, routers, seed, signal, onStep }: SeedOptions,
): Promise<PreparedSeed> {
  const split = splitTable(table, how, seed);
  const started = performance.now();
  const needsVectors = routers.some(({ router }) => router.needs.embeddings);
  if (needsVectors) onStep?.("encoding prompts");
  const embedded = needsVectors ? await embedRows(split.train) : undefined;
  const embedSeconds = (performance.now() - started) / 1000;
  const fingerprint = embedded?.encoder.fingerprint ?? null;
  const unavailable = availability(table);
  const rows = { train: split.train, validation: split.validation, unavailable };
  const material = fitMaterial(table, rows, { vectors: embedded?.vectors, fingerprint }, { seed, signal });
  return {
    split,
    facts: { fingerprint, embedSeconds },
    material,
    test: queryView(table, split.test, embedded?.vectors, unavailable),
    bar: validationBar(routers, material),
  };
}

/** Best single, picked without the validation part, on the validation part: the bar for "as good, but cheaper". */
function validationBar(routers: readonly NamedRouter[], material: FitMaterial): Replay | undefined {
  const baseline = routers.find(({ label }) => label === "best-single");
  const onValidation = baseline && fitRouter(baseline, material).onValidation;
  return onValidation && replayPolicy(onValidation.fitted, material.validation, argmax, onValidation.estimates);
}

/** Fits one router and replays it on the test part. */
export function runRouter(named: NamedRouter, { material, test, bar }: PreparedSeed): RouterRun {
  const started = performance.now();
  const result = named.router.cheats === true ? fitOnTest(named, material, test) : fitRouter(named, material);
  const fitSeconds = (performance.now() - started) / 1000;
  const { fitted } = result;
  const estimates = estimateView(fitted, test);
  return {
    label: named.label,
    options: fitted.options,
    policy: policyText(fitted.policy),
    fitSeconds,
    decisionMicros: timeDecisions(fitted, test),
    replay: replayPolicy(fitted, test, fitted.policy, estimates),
    ...sweepOn(result, material, test, estimates, bar),
    stateBytes: bytesIn(fitted.state),
    note: fitted.router.note?.(fitted.state),
  };
}

/** Bytes of all typed arrays inside plain data. */
function bytesIn(value: unknown): number {
  if (ArrayBuffer.isView(value)) return value.byteLength;
  if (typeof value !== "object" || value === null) return 0;
  return Object.values(value).reduce((total: number, part) => total + bytesIn(part), 0);
}

/** Oracles are fitted on the very rows they are scored on, which is why they are never ranked. */
function fitOnTest(named: NamedRouter, material: FitMaterial, test: QueryView): FitResult {
  const rows = Int32Array.from(test.table.prompts.keys());
  const train = trainTable(realisedTable(test.table), rows, undefined);
  const cheating: FitMaterial = {
    ...material,
    train,
    inner: trainTable(test.table, new Int32Array(0), undefined),
    context: fitContext(material.seed, material.context.signal),
  };
  return fitRouter(named, cheating);
}

function sweepOn(
  { fitted, onValidation }: FitResult,
  material: FitMaterial,
  test: QueryView,
  estimates: EstimateTable,
  bar: Replay | undefined,
): Pick<RouterRun, "sweep" | "named" | "asGood"> {
  const named = { bestQuality: -1, asGoodAsBestSingle: -1, savedOnValidation: NaN };
  const nothing = { sweep: undefined, named, asGood: undefined };
  if (!onValidation) return nothing;
  const policies: Policy[] = sweepPolicies(onValidation.fitted, material.validation, onValidation.estimates);
  if (policies.length === 0) return nothing;
  // The baseline's sweep is the zero-information frontier; no point of it is the baseline.
  const isBaseline = fitted.label === "best-single";
  const validation = sweepReplays(onValidation.fitted, material.validation, policies, onValidation.estimates);
  const carried = policies.map(onValidation.carried);
  const sweep = { policies: carried.map(policyText), test: runSweep(fitted, test, carried, estimates) };
  if (isBaseline) return { ...nothing, sweep };
  const asGoodAsBestSingle = bar ? cheapestAsGood(validation, bar, material.validation) : -1;
  const cheaper = carried[asGoodAsBestSingle];
  return {
    sweep,
    named: {
      bestQuality: bestPoint(curveOf(validation, material.validation)),
      asGoodAsBestSingle,
      savedOnValidation: bar && cheaper ? 1 - sum(validation[asGoodAsBestSingle]!.costUsd) / sum(bar.costUsd) : NaN,
    },
    asGood: cheaper && replayPolicy(fitted, test, cheaper, estimates),
  };
}

const timedDecisions = 200;
const warmUpDecisions = 50;

/** Single decisions, embedding given, through the very function that serves. */
function timeDecisions(fitted: FittedRouter, view: QueryView): Float64Array {
  const n = view.table.prompts.length;
  const queries = Array.from({ length: Math.min(timedDecisions, n) }, (_, i) =>
    view.query(Math.floor((i * n) / Math.min(timedDecisions, n)), fitted.router.cheats),
  );
  for (let i = 0; i < warmUpDecisions; i++) decide(fitted, queries[i % queries.length]!);
  return Float64Array.from(queries, (query) => {
    const started = process.hrtime.bigint();
    decide(fitted, query);
    return Number(process.hrtime.bigint() - started) / 1000;
  });
}
