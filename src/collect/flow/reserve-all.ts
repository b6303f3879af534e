/** Money for one call, from every budget that it falls under. */
import type { Budget, Reservation } from "./budget.ts";

/** One reservation in each budget; waits for calls under way, which may take less than was reserved. Undefined: no room. */
export async function reserveAll(budgets: readonly Budget[], costUsd: number): Promise<Reservation[] | undefined> {
  for (;;) {
    const full = budgets.find((budget) => !budget.fits(costUsd));
    if (full === undefined) return budgets.flatMap((budget) => budget.reserve(costUsd) ?? []);
    if (!full.mayFit(costUsd)) return undefined;
    // oxlint-disable-next-line no-await-in-loop -- room comes one settling at a time
    await full.settling();
  }
}
