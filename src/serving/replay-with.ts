/**
 * Another router asked about the decisions of a log: how often it would have chosen otherwise, and what it expects of that. Nobody
 * asked the other model, so nothing here is measured but what says so: the difference is the router's own expectation of
 * both models, and beside it stands how well that expectation does on answers that were scored.
 */
import { calibrated } from "../core/calibration.ts";
import { InterruptedError, UsageError } from "../core/errors.ts";
import { decide } from "../core/fitted-router.ts";
import type { RouterQuery } from "../core/router.ts";
import type { SavedRouter } from "../experiment/artefact.ts";
import { tradesQuality } from "../experiment/sweep.ts";
import { clusteredMean } from "./clustered-mean.ts";
import type { ClusteredMean, Observation } from "./clustered-mean.ts";
import { openNamedEncoder } from "./query-encoder.ts";
import type { LoggedDecision } from "./read-decision-log.ts";

export interface ReplayedWith {
  /** those it was asked about: logged with content, and with a model that it may choose */
  readonly decisions: number;
  readonly withoutContent: number;
  readonly withoutModel: number;
  /** of the decisions, those for which it chooses another model than was chosen */
  readonly otherwise: ClusteredMean;
  /**
   * Of those, the decisions that the logged router did not make by its own rule alone, by what bent it: controls of the request
   * (policy, allow, exclude, ceiling, floor), a session, a fallback. One decision may stand under several.
   */
  readonly otherwiseUnder: { readonly decisions: number; readonly by: Readonly<Record<string, number>> };
  /** what it expects of its choice less what it expects of the model that was chosen, a decision */
  readonly expectedScore: ClusteredMean;
  readonly expectedCostUsd: ClusteredMean;
  /** of scored answers: the score less what it expected of the model that answered; 0 where its expectations hold */
  readonly scoreBeyondExpected: ClusteredMean;
  /** measured: scores of answers by the model that it would have chosen, too */
  readonly scoreWhereItAgrees: ClusteredMean;
  /** model → decisions for which it chooses it, most first */
  readonly models: Readonly<Record<string, number>>;
}

/**
 * @throws UsageError for a router that is a cascade: what it does depends on answers that nobody has; as opening its encoder.
 */
export async function replayWith(
  saved: SavedRouter,
  decisions: readonly LoggedDecision[],
  signal: AbortSignal,
): Promise<ReplayedWith> {
  const readable = decisions.flatMap((one) => (one.content ? [{ ...one, text: one.content.prompt }] : []));
  const vectors = await vectorsOf(saved, [...new Set(readable.map(({ text }) => text))], signal);
  const asked = readable.flatMap((one) => chosenAnew(saved, one, vectors.get(one.text) ?? nothing) ?? []);
  const models = new Map<string, number>();
  for (const { model } of asked) models.set(model, (models.get(model) ?? 0) + 1);
  const meanOf = (value: (one: Anew) => number): ClusteredMean =>
    clusteredMean(asked.map((one): Observation => ({ cluster: one.logged.text, value: value(one) })));
  return {
    decisions: asked.length,
    withoutContent: decisions.length - readable.length,
    withoutModel: readable.length - asked.length,
    otherwise: meanOf(({ model, logged }) => Number(model !== logged.chosen)),
    otherwiseUnder: bentOnes(asked.filter(({ model, logged }) => model !== logged.chosen)),
    expectedScore: meanOf(({ scores }) => scores.anew - scores.chosen),
    expectedCostUsd: meanOf(({ costs }) => costs.anew - costs.chosen),
    scoreBeyondExpected: meanOf(({ logged, scores }) => logged.score - scores.answered),
    scoreWhereItAgrees: meanOf(({ model, logged }) => (model === logged.model ? logged.score : NaN)),
    models: Object.fromEntries([...models].toSorted(([, a], [, b]) => b - a)),
  };
}

function bentOnes(differing: readonly Anew[]): ReplayedWith["otherwiseUnder"] {
  const bent = differing
    .map(({ logged: { controls = [], fallback } }) => [...controls, ...(fallback === null ? [] : ["fallback"])])
    .filter((names) => names.length > 0);
  const by = new Map<string, number>();
  for (const name of bent.flat()) by.set(name, (by.get(name) ?? 0) + 1);
  return { decisions: bent.length, by: Object.fromEntries(by) };
}

type Readable = LoggedDecision & { readonly text: string };

/** What is chosen for one decision of the log; NaN = not known. */
interface Anew {
  readonly logged: Readable;
  readonly model: string;
  readonly scores: { readonly anew: number; readonly chosen: number; readonly answered: number };
  readonly costs: { readonly anew: number; readonly chosen: number };
}

/** Undefined where no model of its pool could be asked. What could not be asked then cannot be chosen now. */
function chosenAnew({ fitted }: SavedRouter, logged: Readable, embedding: Float32Array): Anew | undefined {
  const ids = fitted.models.map(({ id }) => id);
  const shut = new Set(logged.gated);
  const allowed = Uint8Array.from(ids, (id) => Number(!shut.has(id)));
  if (!allowed.includes(1)) return undefined;
  const query: RouterQuery = { embedding, text: logged.text, promptTokens: NaN, ...(shut.size > 0 && { allowed }) };
  const { order } = decide(fitted, query);
  if (order.length > 1) throw noCascade(fitted.label);
  const { quality, costUsd } = calibrated(fitted.router.estimate(fitted.state, query), fitted.calibration);
  const isScored = tradesQuality(fitted);
  const score = (column: number): number => (isScored ? (quality[column] ?? NaN) : NaN);
  const cost = (column: number): number => costUsd[column] ?? NaN;
  const [anew = -1, chosen] = [order[0], ids.indexOf(logged.chosen)];
  return {
    logged,
    model: ids[anew] ?? "",
    scores: { anew: score(anew), chosen: score(chosen), answered: score(ids.indexOf(logged.model ?? "")) },
    costs: { anew: cost(anew), chosen: cost(chosen) },
  };
}

function noCascade(label: string): UsageError {
  return new UsageError({
    problem: `${label} asks several models and looks at their answers, which a log does not hold`,
    where: "--router",
    mend: "Replay with a router that asks one model, or let the cascade serve an arm of a split.",
  });
}

const nothing = new Float32Array(0);
/** Texts encoded at a time. */
const batch = 1024;

async function vectorsOf(
  saved: SavedRouter,
  texts: readonly string[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, Float32Array>> {
  const { encoder, encoderSpec, fitted } = saved;
  if (!fitted.embedding) return new Map();
  const opened = encoder
    ? { encoder, close: () => Promise.resolve() }
    : await openNamedEncoder({ encoderSpec, embedding: fitted.embedding }, { cache: true });
  const vectors = new Map<string, Float32Array>();
  try {
    for (let from = 0; from < texts.length; from += batch) {
      if (signal.aborted) throw new InterruptedError({ problem: "interrupted" });
      const part = texts.slice(from, from + batch);
      // oxlint-disable-next-line no-await-in-loop -- a batch after the other: the encoder is one
      const { data, cols } = await opened.encoder.encode(part, { signal });
      part.forEach((text, i) => vectors.set(text, data.slice(i * cols, (i + 1) * cols)));
    }
    return vectors;
  } finally {
    await opened.close();
  }
}
