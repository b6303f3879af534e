/** One answer scored by its data set's family: the key read, the evaluator looked up, its options checked once. */
import type { DatasetDefinition, Scorer } from "../core/dataset.ts";
import type { Answered, Evaluator, ScoreResult, ScoringTools } from "../core/evaluator.ts";
import { UsageError } from "../core/errors.ts";
import { failureText } from "../core/failure-text.ts";
import { issueWords } from "../core/issue-words.ts";
import { ungraded } from "../core/score-result.ts";
import { evaluatorByName } from "../evaluators/registry.ts";

/** "own": ours; "compat": the reference's rule, where the family has one. */
export type ScoringRule = "own" | "compat";

interface Ready {
  readonly evaluator: Evaluator;
  readonly options: object;
}

const ready = new WeakMap<Scorer, Ready>();

/**
 * A plain result where no tool is used, else a promise of one.
 * @throws UsageError for a scorer the data set names wrongly; what is wrong with an answer is in the result.
 */
export function scoreAnswer(
  dataset: DatasetDefinition,
  given: Answered,
  tools: ScoringTools & { readonly rule?: ScoringRule } = {},
): ScoreResult | Promise<ScoreResult> {
  const answered = dataset.key ? dataset.key(given) : given;
  const { evaluator, options } = readyScorer(dataset, answered);
  // The reference compares the source's own key.
  if (tools.rule === "compat" && evaluator.compat)
    return evaluator.compat({ ...answered, truth: given.truth }, options, tools);
  if (failureText(given.response)) return ungraded("generation-error", given.response.slice(0, 120));
  return evaluator.score(answered, options, tools);
}

/** The evaluator of a row and its checked options. */
export function readyScorer(dataset: DatasetDefinition, answered: Answered): Ready {
  const scorer = typeof dataset.scorer === "function" ? dataset.scorer(answered) : dataset.scorer;
  let found = ready.get(scorer);
  if (!found) {
    const evaluator = evaluatorByName(scorer.evaluator);
    const parsed = evaluator.options.safeParse(scorer.options ?? {});
    if (!parsed.success) {
      const [issue] = parsed.error.issues;
      throw new UsageError({
        where: `scorer of ${dataset.id}, ${issue?.path.join(".") ?? ""}`,
        problem: issueWords(issue),
        mend: `See the options of the evaluator ${evaluator.name}.`,
      });
    }
    found = { evaluator, options: parsed.data as object };
    ready.set(scorer, found);
  }
  return found;
}
