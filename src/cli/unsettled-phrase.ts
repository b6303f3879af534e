/** Attempts without an answer, for people: neither free nor paid, nobody but the provider knows. */
import { plural } from "../core/plural.ts";
import { usd } from "../report/format.ts";

/** `costUsd`: what the budget keeps for them */
export function unsettledPhrase({ calls, costUsd }: { readonly calls: number; readonly costUsd: number }): string {
  const kept = costUsd > 0 ? `; the budget keeps ${usd(costUsd)} USD for that` : "";
  return `${plural(calls, "attempt")} without an answer may be billed, at a cost unknown${kept}`;
}
