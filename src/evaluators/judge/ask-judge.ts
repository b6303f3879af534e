/** One answer held against its key by a judge, as a rubric says. */
import type { ScoreResult, ScoringTools } from "../../core/evaluator.ts";
import { graded, ungraded } from "../../core/score-result.ts";
import { askUntilRead } from "./ask-until-read.ts";
import { boxedTexts } from "./boxed-texts.ts";
import type { JudgedAnswer, Rubric } from "./rubric.ts";

/** @throws the signal's reason when it is aborted; what the judge throws when no further question would fare better */
export async function askJudge(
  rubric: Rubric,
  judged: JudgedAnswer,
  { judge, signal }: Pick<ScoringTools, "judge" | "signal">,
): Promise<ScoreResult> {
  if (judge === undefined) return ungraded("unsupported", "no judge is given");
  const { id: prompt, replySchema, read } = rubric;
  const question = { prompt, content: contentOf(rubric, judged), replySchema, form: "the JSON asked for", read };
  const { verdict, why, model, verdicts, costUsd } = await askUntilRead(judge, question, { signal });
  if (verdict === undefined) return ungraded("judge-error", why, { prediction: judged.answer, costUsd, verdicts });
  const { score, grade, parts } = verdict;
  return graded(score, judged.answer, { detail: `${model}: ${grade}`, costUsd, verdicts, ...(parts && { parts }) });
}

function contentOf({ task }: Rubric, { question, truth, answer }: JudgedAnswer): string {
  const boxes = boxedTexts([
    { name: "Question", text: question },
    { name: "Right answer", text: truth },
    { name: "Answer to be judged", text: answer },
  ]);
  return [task, ...boxes].join("\n\n");
}
