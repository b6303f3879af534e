/**
 * What a client asks for in the name of the model and in x-signalbox-* headers: `auto`, `router-<name>`,
 * `router-<name>-<knob>` (RouteLLM's form), or a model by its own id, which bypasses every router.
 */
import { UsageError } from "../core/errors.ts";
import type { FittedRouter } from "../core/fitted-router.ts";
import { issueWords } from "../core/issue-words.ts";
import { unknownName } from "../core/near-names.ts";
import { parsePolicy, policyNumbers, policySchema } from "../core/policy.ts";
import type { Policy } from "../core/policy.ts";
import type { Controls, Target } from "./decider.ts";
import { requireKnown } from "./name-patterns.ts";

/** The routers that may be named, and which of them `auto` is. */
export interface KnownRouters {
  readonly byName: ReadonlyMap<string, Pick<FittedRouter, "router" | "policy">>;
  readonly defaultRouter: string;
  /** models that may be named, which wins over a router of the same name */
  readonly models: readonly string[];
  /** those of them that an error may name, where the caller must not hear of the others; undefined = all */
  readonly told?: readonly string[] | undefined;
}

export const defaultModelName = "auto";
const routerPrefix = "router-";

/** @throws UsageError for a name that is neither router nor model, or a header that cannot be read. */
export function parseTarget(name: string, header: (name: string) => string | undefined, known: KnownRouters): Target {
  if (known.models.includes(name)) return { kind: "bypass", model: name };
  const { router, policy: knob } = routerOf(name, known);
  const text = header("x-signalbox-policy");
  if (text !== undefined && knob) {
    throw new UsageError({
      problem: `the model name "${name}" and x-signalbox-policy both say how to decide`,
      mend: "Give one of them.",
    });
  }
  const policy = text === undefined ? knob : parsePolicy(text, "x-signalbox-policy");
  if (policy) requireServable(policy, known.byName.get(router ?? known.defaultRouter)?.router);
  const controls: Controls = {
    router,
    policy,
    allowed: listIn(header, "x-signalbox-allow", known),
    excluded: listIn(header, "x-signalbox-exclude", known) ?? [],
    ceilingUsd: numberIn(header, "x-signalbox-max-cost-usd"),
    floor: numberIn(header, "x-signalbox-quality-floor"),
    session: header("x-signalbox-session")?.slice(0, longestSession) || undefined,
    explain: flagIn(header, "x-signalbox-explain"),
  };
  return { kind: "route", controls };
}

const longestSession = 256;
const mostPatterns = 100;

/** The router a name asks for; a number behind its name is the value of its knob. */
function routerOf(
  name: string,
  { byName, models, told = models }: KnownRouters,
): { readonly router: string | undefined; readonly policy: Policy | undefined } {
  if (name === defaultModelName) return { router: undefined, policy: undefined };
  const names = [...byName.keys()];
  const rest = name.startsWith(routerPrefix) ? name.slice(routerPrefix.length) : undefined;
  if (rest !== undefined && byName.has(rest)) return { router: rest, policy: undefined };
  // Names may hold hyphens and numbers: the longest that fits is meant.
  const router = names
    .filter((one) => rest?.startsWith(`${one}-`))
    .toSorted((a, b) => b.length - a.length)
    .find((one) => isNumber(rest?.slice(one.length + 1) ?? ""));
  const fitted = router === undefined ? undefined : byName.get(router);
  if (router === undefined || fitted === undefined || rest === undefined) {
    throw unknownName("model", name, [defaultModelName, ...names.map((one) => routerPrefix + one), ...told]);
  }
  return { router, policy: knobPolicy(fitted, Number(rest.slice(router.length + 1)), name) };
}

/** The number turns the knob the router was saved with; a router without one is given a cost weight. @throws UsageError */
function knobPolicy({ router, policy }: Pick<FittedRouter, "router" | "policy">, value: number, name: string): Policy {
  const own = policy.kind === "argmax" ? router.operatingPolicy : policy.kind;
  const kind = own === "argmax" ? "costWeight" : own;
  const field = policyNumbers[kind];
  const parsed = policySchema.safeParse({ kind, [field]: value });
  if (parsed.success) return parsed.data;
  const problem = `the number is the router's ${kind}, and it ${issueWords(parsed.error.issues[0])}`;
  throw new UsageError({ problem, where: `model ${name}` });
}

/** @throws UsageError for a budget whose price of quality would have to be found on validation prompts first. */
export function requireServable(policy: Policy, router: FittedRouter["router"] | undefined): void {
  if (policy.kind !== "budget" || policy.lambda !== undefined || router?.budgetRange) return;
  throw new UsageError({
    problem: `what a budget of ${policy.budgetUsd} USD a query allows is found on validation prompts, not while serving`,
    mend: `Fit a router with it (signalbox fit --policy "budget ${policy.budgetUsd}"), or name a cost weight.`,
  });
}

function listIn(
  header: (name: string) => string | undefined,
  name: string,
  { models, told }: KnownRouters,
): string[] | undefined {
  const text = header(name);
  if (text === undefined) return undefined;
  const items = text
    .split(",")
    .map((item) => item.trim())
    .filter((item) => item !== "");
  if (items.length > 0 && items.length <= mostPatterns) {
    requireKnown(items, models, name, told);
    return items;
  }
  const problem = items.length === 0 ? "names no model" : `names ${items.length} models, more than ${mostPatterns}`;
  throw new UsageError({
    problem,
    where: name,
    mend: "Write model ids, parted by commas; * stands for any characters.",
  });
}

function numberIn(header: (name: string) => string | undefined, name: string): number | undefined {
  const text = header(name);
  if (text === undefined) return undefined;
  if (isNumber(text.trim())) return Number(text);
  throw new UsageError({ problem: `"${text.slice(0, 40)}" is no number of 0 or more`, where: name });
}

function flagIn(header: (name: string) => string | undefined, name: string): boolean {
  const text = header(name)?.trim().toLowerCase();
  if (text === undefined || ["0", "false", "no", ""].includes(text)) return false;
  if (["1", "true", "yes"].includes(text)) return true;
  throw new UsageError({ problem: `"${text.slice(0, 40)}" is neither true nor false`, where: name });
}

function isNumber(text: string): boolean {
  return /^\d+(\.\d*)?([eE][-+]?\d+)?$|^\.\d+$/.test(text) && Number.isFinite(Number(text));
}
