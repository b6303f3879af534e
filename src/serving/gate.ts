/**
 * Who may be asked at all: the caller's lists first, then what each model can do. Comes before the choice, so that a router
 * never spends its preference on a model that would refuse the request.
 */
import type { Controls, DecideRequest, Gated, Needs } from "./decider.ts";
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
export function gateModels(
  pool: readonly PoolMember[],
  needs: Needs,
  controls: Controls,
  unserved?: DecideRequest["unserved"],
): Gate {
  const { allowed, excluded } = controls;
  const gated: Gated[] = [];
  const unstated: string[] = [];
  const wanted = abilities.filter(([name]) => needs[name]);
  const open = new Uint8Array(pool.length).fill(1);
  const isLong = needs.contextTokens > smallestContext;
  const isListed = allowed !== undefined || excluded.length > 0;
  pool.forEach(({ id, capabilities }, column) => {
    const why = unserved?.get(id);
    const listGate = isListed ? gateOfLists(id, controls) : undefined;
    const found =
      (why === undefined ? listGate : { gate: "unserved" as const, detail: why }) ??
      missingCapability(capabilities, needs, wanted);
    if (found) {
      gated.push({ model: id, gate: found.gate, detail: found.detail });
      open[column] = 0;
      return;
    }
    if (wanted.length > 0) unstated.push(...notStated(id, capabilities, wanted));
    // The context is asked after only where a prompt is long enough to matter.
    if (isLong && capabilities?.contextTokens === undefined) unstated.push(`${id}: context not stated`);
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

function gateOfLists(id: string, { allowed, excluded }: Controls): Found | undefined {
  if (allowed && !fitsAny(id, allowed)) return notAllowed;
  return fitsAny(id, excluded) ? isExcluded : undefined;
}

function notStated(id: string, able: Capabilities | undefined, wanted: readonly Ability[]): string[] {
  return wanted.filter(([name]) => able?.[name] === undefined).map(([name]) => `${id}: ${name} not stated`);
}

type Ability = (typeof abilities)[number];

/** @param wanted the abilities that the request needs */
function missingCapability(
  able: Capabilities | undefined,
  needs: Needs,
  wanted: readonly Ability[],
): Found | undefined {
  const context = able?.contextTokens;
  if (context !== undefined && needs.contextTokens > context) {
    const detail = `takes ${grouped(context)} tokens, some ${grouped(needs.contextTokens)} are needed`;
    return { gate: "context", detail };
  }
  if (wanted.length === 0) return undefined;
  const lacking = wanted.find(([name]) => able?.[name] === false);
  return lacking && { gate: lacking[0], detail: lacking[1] };
}

/** No model of today takes less. */
const smallestContext = 8192;

function grouped(tokens: number): string {
  return Math.ceil(tokens).toLocaleString("en-US");
}
