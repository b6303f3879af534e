/**
 * Who may be asked at all: the caller's lists first, then what each model can do. Comes before the choice, so that a router
 * never spends its preference on a model that would refuse the request.
 */
import type { Controls, Gated, Needs } from "./decider.ts";
import type { Capabilities, ModelFacts } from "./model-facts.ts";
import { fitsAny } from "./name-patterns.ts";

export interface PoolMember extends ModelFacts {
  readonly id: string;
}

export interface Gate {
  /** [m] 1 = may be chosen; undefined = all, so that the decision is the benchmark's own */
  readonly allowed: Uint8Array | undefined;
  readonly gated: readonly Gated[];
  /** "gpt-5: vision not stated" */
  readonly unstated: readonly string[];
}

/** A name in a list that is no model of this pool does nothing: it may be one of another router's. */
export function gateModels(pool: readonly PoolMember[], needs: Needs, controls: Controls): Gate {
  const { allowed, excluded } = controls;
  const gated: Gated[] = [];
  const unstated: string[] = [];
  const open = Uint8Array.from(pool, ({ id, capabilities }) => {
    const listGate = allowed && !fitsAny(id, allowed) ? notAllowed : fitsAny(id, excluded) ? isExcluded : undefined;
    const found = listGate ?? missingCapability(capabilities, needs);
    if (found) gated.push({ model: id, ...found });
    else unstated.push(...notStated(capabilities, needs).map((what) => `${id}: ${what} not stated`));
    return found ? 0 : 1;
  });
  return { allowed: gated.length === 0 ? undefined : open, gated, unstated };
}

type Found = Omit<Gated, "model">;

const notAllowed: Found = { gate: "allow", detail: "not among the allowed models" };
const isExcluded: Found = { gate: "exclude", detail: "excluded" };

const abilities = [
  ["tools", "does not call tools"],
  ["vision", "does not read images"],
  ["json", "does not answer in JSON on demand"],
] as const;

function missingCapability(able: Capabilities | undefined, needs: Needs): Found | undefined {
  const context = able?.contextTokens;
  if (context !== undefined && needs.contextTokens > context) {
    const detail = `takes ${grouped(context)} tokens, some ${grouped(needs.contextTokens)} are needed`;
    return { gate: "context", detail };
  }
  const lacking = abilities.find(([name]) => needs[name] && able?.[name] === false);
  return lacking && { gate: lacking[0], detail: lacking[1] };
}

/** What the request needs and nobody stated. The context is asked after only where a prompt is long enough to matter. */
function notStated(able: Capabilities | undefined, needs: Needs): string[] {
  const names: string[] = abilities.filter(([name]) => needs[name] && able?.[name] === undefined).map(([name]) => name);
  if (needs.contextTokens > smallestContext && able?.contextTokens === undefined) names.push("context");
  return names;
}

/** No model of today takes less. */
const smallestContext = 8192;

function grouped(tokens: number): string {
  return Math.ceil(tokens).toLocaleString("en-US");
}
