/** Whether a router's CostSave may be claimed: one place for the findings that claim it and the tables that print it. */
import type { RouterReport } from "./report.ts";

/** Its point saved on validation already, is as accurate on test, and is surely cheaper there. */
export function isSavingShown({
  costSave,
  costSaveCi95,
  costSaveOnValidation,
}: Pick<RouterReport, "costSave" | "costSaveCi95" | "costSaveOnValidation">): boolean {
  return (costSaveOnValidation ?? 0) > 0 && (costSave ?? 0) > 0 && (costSaveCi95?.[0] ?? 0) > 0;
}
