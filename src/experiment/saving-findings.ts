/** The sentence on the cheapest way to be as good as the best single model: which router, by how much, how surely. */
import { plural } from "../core/plural.ts";
import type { RouterReport } from "../core/report.ts";
import { isSavingShown } from "../core/saving-shown.ts";
import { intervalWords, signedPoints } from "../metrics/wording.ts";

/**
 * The saver is named by what its point saved on validation, and its figures are read on test, so they are not the
 * highest of many. The highest on test is told only where the saver's saving does not hold, and is told as such.
 * @param rows the ranked routers of a comparison with a cost axis
 */
export function savingFindings(rows: readonly RouterReport[]): string[] {
  const hopefuls = rows
    .filter(({ name, costSaveOnValidation }) => name !== "best-single" && (costSaveOnValidation ?? 0) > 0)
    .toSorted((a, b) => (b.costSaveOnValidation ?? 0) - (a.costSaveOnValidation ?? 0));
  const [saver] = hopefuls;
  if (!saver)
    return ["On validation no router's sweep is as accurate as the best single model for less: no saving is claimed."];
  const chosen =
    hopefuls.length === 1
      ? "the only router to save on validation"
      : `which saved most of ${plural(hopefuls.length, "router")} on validation`;
  if (isSavingShown(saver)) {
    return [
      `As accurate as the best single model for less: ${saver.name}, ${chosen}, saves ${figures(saver)} on test.`,
    ];
  }
  return [`${saver.name}, ${chosen}, does not hold that on test: ${failure(saver)}.`, highestSentence(hopefuls)];
}

function highestSentence(hopefuls: readonly RouterReport[]): string {
  const [highest] = hopefuls.filter(isSavingShown).toSorted((a, b) => (b.costSave ?? 0) - (a.costSave ?? 0));
  if (!highest) return "Nor is any other router as accurate there at a cost that is surely lower.";
  return (
    `The highest saving of these ${hopefuls.length} on test is ${highest.name}'s, ${figures(highest)}; ` +
    "being the highest of several picked on test, it is likely too high."
  );
}

function figures({ costSave, costSaveCi95, costSaveDelta }: RouterReport): string {
  const [low, high] = costSaveCi95 ?? [NaN, NaN];
  return `${percent(costSave)} % (95 % interval ${percent(low)} to ${percent(high)} %) at ${deltaWords(costSaveDelta)}`;
}

function failure(saver: RouterReport): string {
  if (saver.costSave === null) return `there it stands at ${deltaWords(saver.costSaveDelta)}`;
  return `it saves ${figures(saver)}`;
}

function deltaWords({ mean, ci95 }: RouterReport["costSaveDelta"]): string {
  return `${signedPoints(mean ?? NaN)} points of AvgAcc (${intervalWords(ci95 ?? [NaN, NaN])})`;
}

function percent(share: number | null): string {
  return (100 * (share ?? NaN)).toFixed(1).replace("-", "−");
}
