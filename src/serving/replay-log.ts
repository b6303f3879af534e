/** What a decision log says: each router's traffic, cost and score side by side, and its scored answers as data to fit on. */
import { mean } from "../math/stats.ts";
import type { ResultFile, ResultRecord } from "../store/write-result-file.ts";
import type { LoggedAnswer, LoggedDecision } from "./read-decision-log.ts";

/** One router's share of a log. NaN = not known of any of its decisions. */
export interface RouterTraffic {
  readonly router: string;
  /** decided for calls drawn at random between the arms of a split; false = nothing was split, or the client named the router */
  readonly isArm: boolean;
  readonly decisions: number;
  /** of them, those that a model answered: the others were refused or failed */
  readonly answered: number;
  /** of them, with a score */
  readonly scored: number;
  readonly meanScore: number;
  readonly expectedScore: number;
  /** mean USD an answer, over those whose cost is known */
  readonly meanCostUsd: number;
  /** answers whose cost is not known */
  readonly unknownCosts: number;
  readonly fallbacks: number;
  /** where a shadow decided too: the share in which it chose the same model */
  readonly shadowAgreement: number;
  /** model → decisions that chose it, most first */
  readonly models: Readonly<Record<string, number>>;
}

/**
 * By router, in the order in which they first appear. Under a split each is an arm, drawn at random: they compare fairly. Calls
 * for which the client named the router were not drawn, and stand apart.
 */
export function trafficByRouter(decisions: readonly LoggedDecision[]): RouterTraffic[] {
  const groups = new Map<string, LoggedDecision[]>();
  for (const one of decisions) {
    const group = JSON.stringify([one.router, one.arm !== null]);
    const own = groups.get(group);
    if (own) own.push(one);
    else groups.set(group, [one]);
  }
  return [...groups.values()].map(trafficOf);
}

function trafficOf(own: readonly LoggedDecision[]): RouterTraffic {
  const known = (value: (one: LoggedDecision) => number | null): number[] => numbersOf(own, value);
  const answered = own.filter(({ model }) => model !== null);
  const costs = numbersOf(answered, ({ costUsd }) => costUsd);
  const scores = known(({ score }) => score);
  const shadowed = own.filter(({ shadow }) => shadow?.model);
  const counts = new Map<string, number>();
  for (const { chosen } of own) counts.set(chosen, (counts.get(chosen) ?? 0) + 1);
  return {
    router: own[0]?.router ?? "",
    isArm: own.some(({ arm }) => arm !== null),
    decisions: own.length,
    answered: answered.length,
    scored: scores.length,
    meanScore: mean(scores),
    expectedScore: mean(known(({ expectedScore }) => expectedScore)),
    meanCostUsd: mean(costs),
    unknownCosts: answered.length - costs.length,
    fallbacks: own.filter(({ fallback }) => fallback !== null).length,
    shadowAgreement: mean(shadowed.map(({ shadow, chosen }) => Number(shadow?.model === chosen))),
    models: Object.fromEntries([...counts].toSorted(([, a], [, b]) => b - a)),
  };
}

function numbersOf(of: readonly LoggedDecision[], value: (one: LoggedDecision) => number | null): number[] {
  return of.flatMap((one) => value(one) ?? []).filter((found) => !Number.isNaN(found));
}

/**
 * The scored answers as result files, one a model, of the data set `log`: what `signalbox fit` and `compare` read. A prompt has an
 * outcome for the model that answered and none for the others. Those without content, answer or score are left out.
 */
export function logAsResults(answers: readonly LoggedAnswer[], stamp: string): ResultFile[] {
  const usable = answers.filter(({ content, model, score }) => content && model !== null && !Number.isNaN(score));
  const prompts = [...new Set(usable.map(({ content }) => content?.prompt ?? ""))];
  const models = [...new Set(usable.map(({ model }) => model ?? ""))].toSorted();
  return models.map((model) => {
    // The same prompt asked of one model again: the latest answer stands.
    const latest = new Map(usable.filter((one) => one.model === model).map((one) => [one.content?.prompt ?? "", one]));
    const records = prompts.flatMap((prompt, i) => {
      const one = latest.get(prompt);
      return one ? [recordOf(one, i + 1)] : [];
    });
    return { dataset: "log", split: "live", model, stamp, records };
  });
}

/** A model is charged with its own answer, and nothing of the attempts and steps before it. */
function recordOf(
  { content, score, costUsd, answerCostUsd, inputTokens, outputTokens }: LoggedAnswer,
  index: number,
): ResultRecord {
  const { prompt, answer } = content ?? { prompt: "", answer: "" };
  return {
    index,
    origin_query: prompt,
    prompt,
    prompt_tokens: inputTokens,
    completion_tokens: outputTokens,
    cost: answerCostUsd === undefined ? costUsd : answerCostUsd,
    score,
    prediction: answer,
    ground_truth: "",
    raw_output: answer,
  };
}
