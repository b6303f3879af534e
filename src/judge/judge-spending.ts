/** What judging took: kept apart from what the judged models cost. */
export interface JudgeSpending {
  /** calls that were answered and paid for */
  calls: number;
  /** replies that were paid for before, by whatever run */
  cached: number;
  /** calls that failed after all retries */
  failed: number;
  /** questions not asked, because the budget had no room */
  unaffordable: number;
  /** attempts without an answer that may be billed, and what the budgets keep for them, USD; not part of `costUsd` */
  unsettledCalls: number;
  unsettledUsd: number;
  /** USD; NaN once a call's cost was not known */
  costUsd: number;
}

export function noSpending(): JudgeSpending {
  return { calls: 0, cached: 0, failed: 0, unaffordable: 0, unsettledCalls: 0, unsettledUsd: 0, costUsd: 0 };
}
