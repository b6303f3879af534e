/** The headers of an answer: what the endpoint said that a client can use, and what was decided. */
import type { IncomingHttpHeaders } from "node:http";
import type { ModelChoice } from "../model-choice.ts";
import type { Redactor } from "../redactor.ts";
import type { ServedModel } from "../upstream/endpoint.ts";

/** Passed on. Cookies, servers' names, whose account it is and whatever else an endpoint may say are not. */
const passedOn =
  /^(?:content-type|retry-after|x-request-id|request-id|(?:x|anthropic)-ratelimit-[\w-]+|openai-(?:processing-ms|version|model))$/;

/** Names and values in turn, as `writeHead` takes them. */
export type HeaderList = string[];

const names = {
  requestId: "x-signalbox-request-id",
  model: "x-signalbox-model",
  router: "x-signalbox-router",
  reason: "x-signalbox-reason",
  score: "x-signalbox-score",
  costUsd: "x-signalbox-cost-usd",
  fallback: "x-signalbox-fallback",
  decisionUs: "x-signalbox-decision-us",
  policyHash: "x-signalbox-policy-hash",
  arm: "x-signalbox-arm",
  alternatives: "x-signalbox-alternatives",
} as const;

export interface Answering extends ModelChoice {
  readonly requestId: string;
  /** who answered; the last one asked, where nobody did */
  readonly model: ServedModel | undefined;
  /** whether the client asked for what else was possible */
  readonly explain: boolean;
}

/** Adds what an endpoint said that a client can use. */
export function addAnswerHeaders(list: HeaderList, upstream: IncomingHttpHeaders, redactor: Redactor): void {
  for (const name in upstream) {
    const value = upstream[name];
    if (typeof value === "string" && passedOn.test(name)) list.push(name, redactor.text(value));
  }
}

/** Adds what was decided: plain ASCII, numbers that are not known left out. */
export function addDecisionHeaders(list: HeaderList, answering: Answering): void {
  const { decision, model, requestId, explain, chain } = answering;
  list.push(names.requestId, requestId);
  if (model) list.push(names.model, plain(model.name));
  if (decision === undefined) return;
  const isFirst = model === undefined || model.name === decision.model;
  const expected = isFirst ? decision : decision.alternatives.find((one) => one.model === model?.name);
  list.push(names.router, plain(decision.router), names.reason, plain(decision.reason));
  addNumber(list, names.score, expected?.score);
  addNumber(list, names.costUsd, expected?.costUsd);
  const fallback = isFirst ? decision.fallback : "upstream-failed";
  if (fallback !== undefined) list.push(names.fallback, fallback);
  addNumber(list, names.decisionUs, Math.round(decision.decisionUs));
  list.push(names.policyHash, plain(decision.policyHash));
  if (decision.arm) list.push(names.arm, plain(decision.arm.name));
  if (explain) list.push(names.alternatives, plain(alternativesText(decision.alternatives, chain)));
}

function addNumber(list: HeaderList, name: string, value: number | undefined): void {
  if (value !== undefined && !Number.isNaN(value)) list.push(name, numberText(value));
}

function alternativesText(
  alternatives: readonly { readonly model: string; readonly score: number; readonly costUsd: number }[],
  { length }: ModelChoice["chain"],
): string {
  const known = (value: number): string => (Number.isNaN(value) ? "unknown" : numberText(value));
  return alternatives
    .slice(0, Math.max(5, length))
    .map(({ model, score, costUsd }) => `${model};score=${known(score)};cost-usd=${known(costUsd)}`)
    .join(", ");
}

function numberText(value: number): string {
  return String(Number(value.toPrecision(6)));
}

const longest = 1000;
const notPlain = /[^\x20-\x7e]/g;
const isPlain = /^[\x20-\x7e]{0,1000}$/;

/** A header holds ASCII only, and no line break. */
function plain(text: string): string {
  if (isPlain.test(text)) return text;
  return text.replaceAll(notPlain, "?").slice(0, longest);
}
