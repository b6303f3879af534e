/** Notes on what a run of `score` did not do, and how to have it done. */
import { plural } from "../core/plural.ts";
import type { ScoringNeed } from "../core/evaluator.ts";
import type { LeftDataset, RescoredRun, RescoreReport } from "../scoring/rescore.ts";

/** What a reader of the report should know besides, one line each. */
export function scoreNotes({ runs, unknown, left }: RescoreReport): string[] {
  const byPrediction = runs.reduce((sum, run) => sum + run.byPrediction, 0);
  const scoresKept = runs.reduce((sum, run) => sum + run.scoresKept, 0);
  const carried = runs.reduce((sum, run) => sum + run.carried, 0);
  const kept = runs.reduce((sum, run) => sum + run.kept, 0);
  return [
    ...(byPrediction > 0
      ? [`note: ${plural(byPrediction, "answer")} not stored: the stored prediction was scored`]
      : []),
    ...(kept > 0
      ? [`note: ${plural(kept, "record")} kept as they were: a failed call, or nothing stored to score`]
      : []),
    ...(scoresKept > 0
      ? [`note: ${plural(scoresKept, "stored score")} kept: the answers could not be graded here (${reasons(runs)})`]
      : []),
    ...(carried > 0
      ? [`note: ${plural(carried, "grade")} carried over: the answers were collected again and came out the same`]
      : []),
    ...(unknown.length > 0
      ? [
          `note: no data set is known by the name of ${unknown.join(", ")}; left as they are. Say how to score them: ` +
            `--evaluator NAME --only ${unknown.join(",")} (names: signalbox evaluators list), or signalbox datasets add`,
        ]
      : []),
    ...ungradedNotes(runs),
    ...left.map(leftText),
    ...judgeErrors(runs),
  ];
}

/** Answers that stay without a score though they were looked at; a judge that failed has a note of its own. */
function ungradedNotes(runs: readonly RescoredRun[]): string[] {
  const grading = runs.map((run) => {
    const { "judge-error": _failed, ...statuses } = run.statuses;
    return { ...run, statuses };
  });
  const ungraded = grading.reduce((sum, run) => sum + ungradedCount(run), 0);
  const kept = grading.reduce((sum, { scoresKept }) => sum + scoresKept, 0);
  if (ungraded <= kept) return [];
  const why = runs.find(({ ungradedWhy }) => ungradedWhy !== undefined)?.ungradedWhy;
  const first = why === undefined ? "" : `; the first: ${why}`;
  return [`note: ${plural(ungraded - kept, "answer")} without a score, not 0 (${reasons(grading)})${first}`];
}

function ungradedCount({ statuses }: Pick<RescoredRun, "statuses">): number {
  return ungradedStatuses.reduce((sum, status) => sum + (statuses[status] ?? 0), 0);
}

const ungradedStatuses = ["unsupported", "sandbox-error", "judge-error", "data-error"] as const;

function reasons(runs: readonly RescoredRun[]): string {
  return ungradedStatuses
    .map((status) => [status, runs.reduce((sum, { statuses }) => sum + (statuses[status] ?? 0), 0)] as const)
    .filter(([, count]) => count > 0)
    .map(([status, count]) => `${status}: ${count}`)
    .join(", ");
}

const howTo: Readonly<Record<ScoringNeed, string>> = {
  judge: "name a model of signalbox.yaml to grade them: --judge MODEL",
  harness: "their official harness scores them: signalbox harness",
  encoder: "they need an encoder: --encoder SPEC (and --judge)",
  sandbox: "they need a sandbox",
};

function leftText({ dataset, needs, files, unscored }: LeftDataset): string {
  const without = unscored > 0 ? `, ${plural(unscored, "answer")} without a score` : "";
  return `note: ${dataset} left as it is (${plural(files, "file")}${without}): ${howTo[needs]}`;
}

function judgeErrors(runs: readonly RescoredRun[]): string[] {
  const failed = runs.reduce((sum, { statuses }) => sum + (statuses["judge-error"] ?? 0), 0);
  if (failed === 0) return [];
  return [
    `note: ${plural(failed, "answer")} without a verdict: left as they were, not 0; run the same command again to ask once more`,
  ];
}
