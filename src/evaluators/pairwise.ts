/**
 * An answer against a baseline's, in two games with the sides swapped (Arena-Hard): first the baseline is A, then the model is.
 * A much better answer counts three times. The item's score is who won over both; the set's win rate is made of the games.
 */
import { z } from "zod";
import { defineEvaluator } from "../core/evaluator.ts";
import type { Answered, ScoringTools } from "../core/evaluator.ts";
import type { Judge } from "../core/judge.ts";
import { failedAnswer, graded, ungraded } from "../core/score-result.ts";
import { sum } from "../math/stats.ts";
import { askUntilRead } from "./judge/ask-until-read.ts";
import type { Hearing } from "./judge/ask-until-read.ts";
import { boxedTexts } from "./judge/boxed-texts.ts";
import { leadOfA, pairwisePrompt } from "./judge/pairwise-label.ts";
import { visibleText } from "./text/visible-text.ts";

interface PairTools {
  readonly judge: Judge;
  readonly signal: ScoringTools["signal"];
}

export const pairwise = defineEvaluator({
  name: "pairwise",
  summary:
    "A judge's preference between the answer and a baseline's, both ways round; a game without a verdict is no score.",
  needs: ["judge"],
  options: z.strictObject({}),

  async score({ response, record }, _options, { judge, signal }) {
    const baseline = textOf(record, "baseline");
    if (baseline === "") return ungraded("data-error", "the record holds no baseline answer to compare with");
    const visible = visibleText(response).trim();
    if (visible === "") return failedAnswer("no-answer", "nothing was said outside the reasoning");
    if (judge === undefined) return ungraded("unsupported", "no judge is given");
    const games = await Promise.all(
      [
        [baseline, visible],
        [visible, baseline],
      ].map(([a = "", b = ""]) => playGame({ a, b, record }, { judge, signal })),
    );
    const leads = games.flatMap(({ verdict }, i) => (verdict === undefined ? [] : [i === 0 ? -verdict : verdict]));
    const costUsd = sum(games.map((game) => game.costUsd));
    const verdicts = games.flatMap((game) => game.verdicts);
    const [first, second] = leads;
    if (first === undefined || second === undefined) {
      const why = games.find(({ verdict }) => verdict === undefined)?.why ?? "";
      return ungraded("judge-error", why, { prediction: visible, costUsd, verdicts });
    }
    const total = first + second;
    return graded((Math.sign(total) + 1) / 2, visible, {
      detail: `ahead by ${signed(first)} and ${signed(second)}`,
      costUsd,
      verdicts,
      parts: { "first game": (first + 3) / 6, "second game": (second + 3) / 6 },
    });
  },
});

/** A's lead. */
function playGame(
  { a, b, record }: { readonly a: string; readonly b: string; readonly record: Answered["record"] },
  { judge, signal }: PairTools,
): Promise<Hearing<number>> {
  const isCreative = textOf(record, "category") === "creative_writing";
  const texts = [
    { name: "The user's request", text: textOf(record, "question") },
    { name: "Answer of assistant A", text: a },
    { name: "Answer of assistant B", text: b },
  ];
  const content = [pairwisePrompt.task(!isCreative), ...boxedTexts(texts)].join("\n\n");
  return askUntilRead(
    judge,
    { prompt: pairwisePrompt.id, form: pairwisePrompt.form, content, read: leadOfA },
    { signal },
  );
}

function textOf(record: Answered["record"], field: string): string {
  const value = record[field];
  return typeof value === "string" ? value.trim() : "";
}

const signed = (lead: number): string => (lead > 0 ? `+${lead}` : String(lead));
