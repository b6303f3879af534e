/** Stored answers as the cascades read them: when two are the same, and which of them are verdicts in disguise. */
import { FitError } from "../core/errors.ts";
import { cellStatus } from "../core/outcome-table.ts";
import type { TrainTable } from "../core/router.ts";

/** One spelling per answer: "(B)." is "b", "1,000.0" is "1000". "" when there is none. */
export function canonicalAnswer(text: string): string {
  const bare = text
    .normalize("NFKC")
    .toLowerCase()
    .replaceAll(/\s+/g, " ")
    .replaceAll(/^[\s"'`([{$*]+|[\s"'`.,;:!)\]}$*]+$/g, "");
  const digits = bare.replaceAll(/(?<=\d),(?=\d{3}(?!\d))/g, "");
  return /^[-+]?(\d+\.?\d*|\.\d+)$/.test(digits) ? String(Number(digits)) : bare;
}

/** Whether a cell holds an answer: a call that failed or was never made has none. */
export function isAnswered({ outcomes }: Pick<TrainTable, "outcomes">, i: number, j: number): boolean {
  const status = outcomes.status[i * outcomes.models.length + j];
  return status === cellStatus.scored || status === cellStatus.unscored;
}

const mostVerdicts = 4;
const leastPrompts = 20;

/**
 * Canonical answers that are an evaluator's verdict ("accepted", "rejected") where an answer should be: in some data set
 * of twenty prompts or more all answers are these few, and each always or never scores. A cascade must not see them.
 */
export function verdictTexts(train: TrainTable): string[] {
  const found = new Set<string>();
  for (const d of new Set(train.datasetOf)) {
    const { right, wrong, prompts } = answersOf(train, d);
    const texts = [...right, ...wrong];
    const isVerdict =
      prompts >= leastPrompts &&
      right.size > 0 &&
      wrong.size > 0 &&
      texts.length <= mostVerdicts &&
      texts.length === new Set(texts).size;
    if (isVerdict) for (const text of texts) found.add(text);
  }
  return [...found].toSorted();
}

function answersOf(
  train: TrainTable,
  dataset: number,
): { readonly right: Set<string>; readonly wrong: Set<string>; readonly prompts: number } {
  const right = new Set<string>();
  const wrong = new Set<string>();
  let prompts = 0;
  train.datasetOf.forEach((d, i) => {
    if (d !== dataset) return;
    prompts += 1;
    train.models.forEach((_, j) => {
      const text = canonicalAnswer(train.outcomes.prediction(i, j));
      const score = train.score.data[i * train.score.cols + j]!;
      if (text === "" || Number.isNaN(score) || !isAnswered(train, i, j)) return;
      (score >= 0.5 ? right : wrong).add(text);
    });
  });
  return { right, wrong, prompts };
}

/** Whether any answer is stored that is not a verdict. */
export function hasAnswers(train: TrainTable, verdicts: readonly string[]): boolean {
  return train.prompts.some((_, i) =>
    train.models.some((_, j) => {
      const text = canonicalAnswer(train.outcomes.prediction(i, j));
      return text !== "" && !verdicts.includes(text);
    }),
  );
}

/** @throws FitError unless answers are stored. */
export function requireAnswers(train: TrainTable, verdicts: readonly string[]): void {
  if (hasAnswers(train, verdicts)) return;
  throw new FitError({
    problem: "the data hold no answers of the models to judge",
    mend: "Fill the field prediction of the records, or leave this router out.",
  });
}

/** What a report must say of verdicts found; undefined when there are none. */
export function verdictNote(verdicts: readonly string[]): string | undefined {
  if (verdicts.length === 0) return undefined;
  return `the stored answers ${verdicts.map((text) => `"${text}"`).join(", ")} are verdicts on answers, and were not read`;
}
