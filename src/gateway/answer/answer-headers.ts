/** The headers of an answer: what the endpoint said that a client can use, and what was decided. */
import type { IncomingHttpHeaders, OutgoingHttpHeaders } from "node:http";
import type { ModelChoice } from "../model-choice.ts";
import type { Redactor } from "../redactor.ts";
import type { ServedModel } from "../upstream/endpoint.ts";

/** Passed on. Cookies, servers' names and whatever else an endpoint may say are not. */
const passedOn =
  /^(?:content-type|retry-after|x-request-id|request-id|x-ratelimit-[\w-]+|anthropic-[\w-]+|openai-[\w-]+)$/;

export const prefix = "x-signalbox-";

export interface Answering extends ModelChoice {
  readonly requestId: string;
  /** who answered; the last one asked, where nobody did */
  readonly model: ServedModel | undefined;
  /** whether the client asked for what else was possible */
  readonly explain: boolean;
}

export function answerHeaders(upstream: IncomingHttpHeaders, redactor: Redactor): OutgoingHttpHeaders {
  const headers: OutgoingHttpHeaders = {};
  for (const [name, value] of Object.entries(upstream))
    if (typeof value === "string" && passedOn.test(name)) headers[name] = redactor.text(value);
  return headers;
}

/** What was decided, as headers: plain ASCII, numbers that are not known left out. */
export function decisionHeaders({ decision, model, requestId, explain, chain }: Answering): OutgoingHttpHeaders {
  const headers: OutgoingHttpHeaders = { [`${prefix}request-id`]: requestId };
  if (model) headers[`${prefix}model`] = plain(model.name);
  if (decision === undefined) return headers;
  const isFirst = model === undefined || model.name === decision.model;
  const fallback = isFirst ? decision.fallback : "upstream-failed";
  const expected = isFirst ? decision : decision.alternatives.find((one) => one.model === model?.name);
  const values: Readonly<Record<string, string | number | undefined>> = {
    router: decision.router,
    reason: decision.reason,
    score: expected?.score,
    "cost-usd": expected?.costUsd,
    fallback,
    "decision-us": Math.round(decision.decisionUs),
    "policy-hash": decision.policyHash,
    arm: decision.arm?.name,
    alternatives: explain ? alternativesText(decision.alternatives, chain) : undefined,
  };
  for (const [name, value] of Object.entries(values)) {
    if (value === undefined || Number.isNaN(value)) continue;
    headers[prefix + name] = typeof value === "number" ? numberText(value) : plain(value);
  }
  return headers;
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

/** A header holds ASCII only, and no line break. */
function plain(text: string): string {
  return text.replaceAll(/[^\x20-\x7e]/g, "?").slice(0, longest);
}
