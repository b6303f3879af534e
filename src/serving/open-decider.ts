/** The decider over saved routers: which router, its vector, its choice, and what goes on around it. */
import { randomUUID } from "node:crypto";
import { UsageError } from "../core/errors.ts";
import type { FittedRouter } from "../core/fitted-router.ts";
import { unknownName } from "../core/near-names.ts";
import type { SavedRouter } from "../experiment/artefact.ts";
import { chooseServed } from "./choose-served.ts";
import type { Asked } from "./choose-served.ts";
import { defaultModelName, parseTarget } from "./controls.ts";
import type { DecideRequest, Decider, DeciderCounts, ServedDecision, ShadowChoice } from "./decider.ts";
import type { DeciderOptions } from "./decider-options.ts";
import { DriftAlarms } from "./drift-alarms.ts";
import { defaultDrift, driftMonitor } from "./drift-monitor.ts";
import type { DriftMonitor } from "./drift-monitor.ts";
import { dialogueText } from "./dialogue-text.ts";
import { NoCandidateError } from "./no-candidate-error.ts";
import { servedDecision } from "./served-decision.ts";
import { servedRouter } from "./served-router.ts";
import type { ServedRouter } from "./served-router.ts";
import { defaultStickiness } from "./stickiness.ts";
import type { StickinessOptions } from "./stickiness.ts";
import { armDrawer } from "./sticky-arm.ts";
import type { Arm } from "./sticky-arm.ts";
import { openVectorSource } from "./vector-source.ts";
import type { VectorOutcome, VectorSource } from "./vector-source.ts";

interface Opened extends ServedRouter {
  readonly source: VectorSource;
  /** undefined where none is wanted, or the router keeps nothing to hold queries against */
  readonly drift: DriftMonitor | undefined;
}

/**
 * Opens every router with its encoder. Names that mean nothing are refused here and not at the first request.
 * @throws UsageError for no routers, or an unknown name among default, split, shadow; what opening an encoder throws.
 */
export async function openDecider(options: DeciderOptions): Promise<Decider> {
  const names = Object.keys(options.routers);
  const [first] = names;
  if (first === undefined) throw new UsageError({ problem: "no router is given", mend: "Give one by name." });
  for (const name of [options.defaultRouter, options.shadow, ...Object.keys(options.split?.arms ?? {})]) {
    if (name !== undefined && !names.includes(name)) throw unknownName("router", name, names);
  }
  const draw = options.split && armDrawer(options.split);
  const opened = new Map<string, Opened>();
  const told = { counts: noCounts(), alarms: new DriftAlarms() };
  try {
    for (const [name, saved] of Object.entries(options.routers)) {
      // One after the other: local models are large, and the first that fails ends it.
      // oxlint-disable-next-line no-await-in-loop
      opened.set(name, await openRouter(name, saved, options, told));
    }
  } catch (error) {
    await closeAll(opened);
    throw error;
  }
  const stickiness = { ...defaultStickiness, ...options.stickiness };
  return deciderOver(opened, { ...options, stickiness, defaultRouter: options.defaultRouter ?? first }, draw, told);
}

async function openRouter(
  name: string,
  saved: SavedRouter,
  options: DeciderOptions,
  { counts, alarms }: Told,
): Promise<Opened> {
  const familiar = options.drift ? (saved.fitted.reference?.familiar ?? null) : null;
  const source = await openVectorSource(saved, {
    deadlineMs: options.encoderDeadlineMs ?? 500,
    threads: options.encoderThreads ?? 1,
    mostWaiting: mostWaiting,
  });
  const drift = familiar
    ? driftMonitor(familiar, { ...defaultDrift, ...options.drift }, (test) => {
        if (test.isDrifting) counts.driftAlarms++;
        alarms.change({ router: name, ...test });
      })
    : undefined;
  return { ...servedRouter(name, saved.fitted, options.models ?? {}), source, drift };
}

/** Who keeps what happened. */
interface Told {
  readonly counts: DeciderCounts;
  readonly alarms: DriftAlarms;
}

/** Texts waiting for one encoder; at 10 ms a text on one thread the last of them waits 640 ms. */
const mostWaiting = 64;

type Settings = DeciderOptions & { readonly defaultRouter: string; readonly stickiness: StickinessOptions };

function deciderOver(
  opened: ReadonlyMap<string, Opened>,
  settings: Settings,
  draw: ((unit: string) => Arm) | undefined,
  { counts, alarms }: Told,
): Decider {
  const models = [...new Set([...opened.values()].flatMap(({ pool }) => pool.map(({ id }) => id)))];
  const byName: ReadonlyMap<string, FittedRouter> = new Map([...opened].map(([name, { fitted }]) => [name, fitted]));
  const inTheDark = shadowDecider(opened, settings, counts);
  return {
    routers: [defaultModelName, ...[...opened.keys()].map((name) => `router-${name}`)],
    models,
    isImmediate: [...opened.values()].every(({ source }) => source.isImmediate),
    warnings: warningsOf(settings),
    counts,
    get drifting() {
      return alarms.raised;
    },
    watchDrift: (listener) => alarms.watch(listener),
    target(model, header, mayTell) {
      const told = mayTell && models.filter(mayTell);
      return parseTarget(model, header, { byName, defaultRouter: settings.defaultRouter, models, told });
    },
    decide(request, signal) {
      const startedMs = performance.now();
      const { controls } = request;
      const arm = controls.router === undefined ? draw?.(unitOf(request)) : undefined;
      const name = controls.router ?? arm?.name ?? settings.defaultRouter;
      const router = opened.get(name);
      if (!router) throw unknownName("router", name, [...opened.keys()]);
      const text = dialogueText(request.dialogue, settings.conversation);
      const finish = (outcome: VectorOutcome): ServedDecision => {
        const seen = typeof outcome === "string" ? undefined : router.drift?.observe(outcome);
        const isStrange = seen?.isDrifting === true && seen.isNovel;
        const choice = counted(counts, () => choose(router, { text, outcome, isStrange }, request, settings));
        const shadow = inTheDark.after(request, name);
        const { mostAlternatives } = request;
        const isDrifting = seen?.isDrifting ?? false;
        return servedDecision(router, choice, { controls, startedMs, arm, shadow, isDrifting, mostAlternatives });
      };
      const outcome = router.source.vector(text, signal);
      return outcome instanceof Promise ? outcome.then(finish) : finish(outcome);
    },
    async close() {
      await inTheDark.settled();
      await closeAll(opened);
    },
  };
}

/** A text with its vector, or why there is none. */
interface Encoded {
  readonly text: string;
  readonly outcome: VectorOutcome;
  /** the drift alarm is raised, and this query is one of those that raise it */
  readonly isStrange: boolean;
}

function choose(
  router: Opened,
  query: Encoded,
  request: DecideRequest,
  settings: Settings,
): ReturnType<typeof chooseServed> {
  return chooseServed(router, askedOf(query, settings), request, settings.stickiness);
}

/** What the router is asked, or what stands in for it. */
function askedOf({ text, outcome, isStrange }: Encoded, { fallback = "best-single", drift }: Settings): Asked {
  if (typeof outcome === "string") return { why: outcome, policy: fallback };
  if (isStrange && drift?.fallback) return { why: "drift", policy: drift.fallback };
  // The count of tokens is kept from the router: the benchmark had none either.
  return { embedding: outcome, text, promptTokens: NaN };
}

/** Who must meet the same arm again. Without session and key nobody can come back, and every request is drawn for. */
function unitOf({ controls: { session }, key }: DecideRequest): string {
  if (session !== undefined) return `session ${session}`;
  return key === undefined ? `request ${randomUUID()}` : `key ${key}`;
}

function counted<Result extends { isKept: boolean; fallback: ServedDecision["fallback"] }>(
  counts: DeciderCounts,
  choice: () => Result,
): Result {
  try {
    const made = choice();
    counts.decisions++;
    if (made.isKept) counts.stayed++;
    if (made.fallback) counts.fallbacks[made.fallback]++;
    return made;
  } catch (error) {
    if (error instanceof NoCandidateError) counts.noCandidate++;
    throw error;
  }
}

interface InTheDark {
  after(request: DecideRequest, decidedBy: string): Promise<ShadowChoice> | undefined;
  /** when all shadow decisions have ended */
  settled(): Promise<void>;
}

/** Decides by the shadow router once the event loop is free of the request: nobody waits for it, and its errors are its own. */
function shadowDecider(opened: ReadonlyMap<string, Opened>, settings: Settings, counts: DeciderCounts): InTheDark {
  const { shadow } = settings;
  const router = shadow === undefined ? undefined : opened.get(shadow);
  const pending = new Set<Promise<ShadowChoice>>();
  return {
    after(request, decidedBy) {
      if (!router || router.name === decidedBy) return undefined;
      // What was asked of the deciding router's knob, name and session says nothing to another one.
      const controls = { ...request.controls, router: undefined, policy: undefined, session: undefined };
      const choice = decideInTheDark(router, { ...request, controls }, settings, counts);
      pending.add(choice);
      void choice.finally(() => pending.delete(choice));
      return choice;
    },
    async settled() {
      await Promise.all(pending);
    },
  };
}

async function decideInTheDark(
  router: Opened,
  request: DecideRequest,
  settings: Settings,
  counts: DeciderCounts,
): Promise<ShadowChoice> {
  // A client that leaves ends its request, not the comparison.
  const { signal } = new AbortController();
  await new Promise((resolve) => setImmediate(resolve));
  try {
    const text = dialogueText(request.dialogue, settings.conversation);
    const outcome = await router.source.vector(text, signal);
    const choice = choose(router, { text, outcome, isStrange: false }, request, settings);
    counts.shadowDecisions++;
    return { router: router.name, model: router.pool[choice.column]?.id, problem: undefined };
  } catch (error) {
    counts.shadowProblems++;
    return { router: router.name, model: undefined, problem: error instanceof Error ? error.message : String(error) };
  }
}

function warningsOf({ routers, drift }: Settings): string[] {
  return Object.entries(routers).flatMap(([name, { warnings, fitted }]) => {
    const blind = "keeps nothing to hold live queries against, so no drift is seen: fit it again, on more prompts";
    return [...warnings, ...(drift && !fitted.reference?.familiar ? [blind] : [])].map(
      (text) => `router ${name}: ${text}`,
    );
  });
}

function noCounts(): DeciderCounts {
  const fallbacks = { "encoder-deadline": 0, "encoder-failed": 0, drift: 0, "no-candidate": 0 };
  const none = { decisions: 0, stayed: 0, noCandidate: 0, shadowDecisions: 0, shadowProblems: 0, driftAlarms: 0 };
  return { ...none, fallbacks };
}

async function closeAll(opened: ReadonlyMap<string, Opened>): Promise<void> {
  await Promise.all([...opened.values()].map(({ source }) => source.close()));
}
