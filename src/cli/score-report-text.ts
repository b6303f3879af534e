/** What a run of `score` changed, for people. */
import { plural } from "../core/plural.ts";
import type { DifferenceClass, RescoredRun, RescoreReport } from "../scoring/rescore.ts";
import type { SetFigure } from "../scoring/set-metrics/set-figure.ts";

/** The report as text. */
export function scoreReportText(
  { runs, overSamples, classes }: RescoreReport,
  { isDryRun }: { readonly isDryRun: boolean },
): string {
  const records = runs.reduce((sum, run) => sum + run.records, 0);
  const changed = runs.reduce((sum, run) => sum + run.changed, 0);
  const written = runs.filter((run) => run.written !== undefined).length;
  return [
    ...moved(runs).map(runLine),
    ...runs.filter(isTold).map(figuresLine),
    ...overSamples.filter(({ figures }) => figures.length > 0).map(samplesLine),
    ...classes.map(classText),
    `${plural(records, "record")} of ${plural(runs.length, "file")} scored: ${changed === 0 ? "none changed" : `${plural(changed, "record")} changed`}` +
      (isDryRun ? ", nothing written" : `, ${plural(written, "new version")} written`),
  ].join("\n");
}

const moved = (runs: readonly RescoredRun[]): RescoredRun[] => runs.filter(({ changed }) => changed > 0);

const percent = (mean: number | null): string => (mean === null ? "—" : `${(mean * 100).toFixed(2)} %`);

function runLine({ dataset, split, model, sample, changed, records, before, after }: RescoredRun): string {
  return `${nameOf({ dataset, split, model, sample })}: ${changed} of ${records} changed, mean ${percent(before)} → ${percent(after)}`;
}

function classText({ kind, why, count, datasets, models, examples: shown }: DifferenceClass): string {
  const where = `${plural(datasets.length, "data set")}, ${plural(models.length, "model")}`;
  const lines = shown.map(({ path, index, truth, before, after, answerEnd }) => {
    const end = answerEnd === "" ? "" : `, answer ends ${JSON.stringify(answerEnd.slice(-80))}`;
    return `    ${path} index ${String(index)}: key ${JSON.stringify(truth)}, was ${JSON.stringify(before.prediction)} = ${String(before.score)}, is ${JSON.stringify(after.prediction)} = ${String(after.score)} (${after.status})${end}`;
  });
  return [`${kind}: ${count} (${where}): ${why}`, ...lines].join("\n");
}

/** Every run that moved, and those of sets with figures of their own. */
function isTold({ changed, figures }: RescoredRun): boolean {
  return figures.length > 0 && (changed > 0 || figures.length > 1);
}

function nameOf({
  dataset,
  split,
  model,
  sample,
}: Pick<RescoredRun, "dataset" | "split" | "model" | "sample">): string {
  return `${dataset}/${split} ${model}${sample > 0 ? `, sample ${sample + 1}` : ""}`;
}

function figuresLine({ figures, ...run }: RescoredRun): string {
  return `${nameOf(run)}: ${figures.map(figureText).join("; ")}`;
}

function samplesLine({ dataset, split, model, samples, figures }: RescoreReport["overSamples"][number]): string {
  return `${dataset}/${split} ${model}, all ${samples} samples: ${figures.map(figureText).join("; ")}`;
}

function figureText({ name, value, low, high, level }: SetFigure): string {
  const interval = Number.isNaN(low) ? "" : ` (${level * 100} %: ${fixed(low)} to ${fixed(high)})`;
  return `${name} ${fixed(value)}${interval}`;
}

const fixed = (value: number): string => value.toFixed(3);
