/** All figures of one file: those that its data set names, the accuracy, and pass@k where prompts were answered several times. */
import type { SetMetric } from "../../core/dataset.ts";
import { accuracy } from "./accuracy.ts";
import { arenaWinRate } from "./arena-win-rate.ts";
import { calibrationError } from "./calibration-error.ts";
import { passAtK } from "./pass-at-k.ts";
import type { ScoredAnswer } from "./scored-answer.ts";
import type { SetFigure } from "./set-figure.ts";
import { simpleqaFigures } from "./simpleqa-figures.ts";
import { weightedF1 } from "./weighted-f1.ts";

const figures: Readonly<Record<SetMetric, (answers: readonly ScoredAnswer[]) => readonly SetFigure[]>> = {
  accuracy: (answers) => [accuracy(answers)],
  "weighted-f1": (answers) => [weightedF1(answers)],
  "calibration-error": (answers) => [calibrationError(answers)],
  "simpleqa-f1": simpleqaFigures,
  "arena-win-rate": (answers) => [arenaWinRate(answers)],
  "pass-at-k": passAtK,
};

/** In the order the set names them; figures that are not defined are left out. */
export function measureSet(answers: readonly ScoredAnswer[], named: readonly SetMetric[]): SetFigure[] {
  const graded = answers.filter(({ score }) => !Number.isNaN(score));
  if (graded.length === 0) return [];
  const wanted = new Set<SetMetric>([...named, "accuracy", "pass-at-k"]);
  return [...wanted].flatMap((name) => figures[name](graded)).filter(({ value }) => !Number.isNaN(value));
}
