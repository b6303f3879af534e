/**
 * SGI-Bench, deep research: the tagged answer equals the key, as a text or as a number, or does once a judge has brought it into
 * the key's form. Beside it the share of the solution's steps that a judge holds right; not graded is NaN, never 0.
 */
import { z } from "zod";
import { defineEvaluator } from "../core/evaluator.ts";
import { failedAnswer, graded, ungraded } from "../core/score-result.ts";
import { sum } from "../math/stats.ts";
import { askUntilRead } from "./judge/ask-until-read.ts";
import type { Hearing } from "./judge/ask-until-read.ts";
import { inForm, stepsRight } from "./judge/research-prompts.ts";
import { answerTag } from "./text/answer-tag.ts";
import { keyText } from "./text/key-text.ts";
import { visibleText } from "./text/visible-text.ts";

export const research = defineEvaluator({
  name: "research",
  summary:
    "A tagged answer equal to the key, after a judge has brought it into the key's form; the steps judged beside it.",
  needs: ["judge"],
  options: z.strictObject({}),

  async score({ response, truth, record }, _options, { judge, signal }) {
    const key = keyText(truth).trim();
    if (key === "") return ungraded("data-error", "the key is empty");
    const visible = visibleText(response).trim();
    if (visible === "") return failedAnswer("no-answer", "nothing was said outside the reasoning");
    if (judge === undefined) return ungraded("unsupported", "no judge is given");
    const said = answerTag(visible) ?? visible;
    const heard: Hearing<unknown>[] = [];
    const tally = (): object => ({
      costUsd: sum(heard.map(({ costUsd }) => costUsd)),
      verdicts: heard.flatMap(({ verdicts }) => verdicts),
    });
    let prediction: string | undefined = said;
    if (!same(said, key)) {
      const { id: prompt, form, read, content } = inForm;
      const hearing = await askUntilRead(
        judge,
        { prompt, form, read, content: content(said, !Number.isNaN(numberIn(key))) },
        { signal },
      );
      heard.push(hearing);
      prediction = hearing.verdict;
      if (prediction === undefined) return ungraded("judge-error", hearing.why, { prediction: said, ...tally() });
    }
    const steps = stepsOf(record["steps"]);
    if (steps !== "") {
      const question = typeof record["question"] === "string" ? record["question"] : "";
      const { id: prompt, form, read } = stepsRight;
      const content = stepsRight.content({ question, truth: key, steps, solution: visible });
      heard.push(await askUntilRead(judge, { prompt, form, read, content }, { signal }));
    }
    const share = steps === "" ? undefined : heard.at(-1)?.verdict;
    const parts = { "steps right": typeof share === "number" ? share : NaN };
    return graded(same(prediction, key), prediction, { parts, ...tally() });
  },
});

function same(said: string, key: string): boolean {
  if (said.trim() === key) return true;
  const [a, b] = [numberIn(said), numberIn(key)];
  return Math.abs(a - b) <= 1e-9 * Math.max(Math.abs(a), Math.abs(b));
}

/** NaN for what is no number as a whole. */
function numberIn(text: string): number {
  const bare = text.trim().replaceAll(/(\d),(?=\d{3}\b)/g, "$1");
  return /^[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?$/.test(bare) ? Number(bare) : NaN;
}

function stepsOf(steps: unknown): string {
  if (Array.isArray(steps)) return steps.join("\n");
  return typeof steps === "string" ? steps : "";
}
