/**
 * SGI-Bench, ideas: half of each dimension is measured (likeness to keywords and known work, sections, length, the plan), half
 * is won by the votes of three judges, both ways round, against the paper's own idea. The mean of four dimensions.
 */
import { z } from "zod";
import { defineEvaluator } from "../core/evaluator.ts";
import type { Judge } from "../core/judge.ts";
import { failedAnswer, graded, ungraded } from "../core/score-result.ts";
import { mean, sum } from "../math/stats.ts";
import { measuredIdea } from "./idea/measured.ts";
import { ideaText, keyIdea, readIdea } from "./idea/read-idea.ts";
import type { Idea } from "./idea/read-idea.ts";
import { askUntilRead } from "./judge/ask-until-read.ts";
import type { Hearing } from "./judge/ask-until-read.ts";
import { ideaDimensions, ideaVotes } from "./judge/idea-votes.ts";
import type { IdeaDimension } from "./judge/idea-votes.ts";
import { visibleText } from "./text/visible-text.ts";

/** A panel of fewer is asked again, seat by seat. */
const seats = 3;
/** Of six votes, more than so many win; what is new must convince more. */
const gates: Readonly<Record<IdeaDimension, number>> = {
  effectiveness: 3,
  novelty: 4,
  detailedness: 3,
  feasibility: 3,
};

export const idea = defineEvaluator({
  name: "idea",
  summary: "A research idea, half measured, half by the votes of three judges both ways round against the paper's own.",
  needs: ["judge", "encoder"],
  options: z.strictObject({}),

  async score({ response, record }, _options, { judge, encoder, signal }) {
    if (typeof record["core_idea"] !== "string")
      return ungraded("data-error", "the record holds no idea to compare with");
    const visible = visibleText(response).trim();
    if (visible === "") return failedAnswer("no-answer", "nothing was said outside the reasoning");
    const said = readIdea(visible);
    if (!said) return failedAnswer("unparseable", "no idea in the form asked for");
    if (judge === undefined) return ungraded("unsupported", "no judge is given");
    // Without one the official rule counts two dimensions as 0, silently.
    if (encoder === undefined) return ungraded("unsupported", "no encoder is given");
    const hearings = await allVotes(said, record, judge, signal);
    const costUsd = sum(hearings.map((hearing) => hearing.costUsd));
    const verdicts = hearings.flatMap((hearing) => hearing.verdicts);
    const failed = hearings.find(({ verdict }) => verdict === undefined);
    if (failed) return ungraded("judge-error", failed.why, { prediction: visible, costUsd, verdicts });
    const measured = await measuredIdea(said, record, encoder, signal);
    const parts = ideaDimensions.map((dimension) => {
      const votes = hearings.filter(({ verdict }) => verdict?.[dimension] === true).length;
      return [dimension, measured[dimension] / 20 + (votes > gates[dimension] ? 0.5 : 0)] as const;
    });
    const score = mean(parts.map(([, part]) => part));
    return graded(score, visible, { parts: Object.fromEntries(parts), costUsd, verdicts });
  },
});

/** Whether the answer's idea won, by dimension. */
type Won = Readonly<Record<IdeaDimension, boolean>>;

function allVotes(
  said: Idea,
  record: Readonly<Record<string, unknown>>,
  judge: Judge,
  signal: AbortSignal | undefined,
): Promise<Hearing<Won>[]> {
  const [own, given] = [ideaText(keyIdea(record)), ideaText(said)];
  const context = contextOf(record);
  const { id: prompt, form, temperature } = ideaVotes;
  const votes = Array.from({ length: seats * 2 }, (_, i) => {
    const isSwapped = i % 2 === 1;
    const content = isSwapped ? ideaVotes.content(context, given, own) : ideaVotes.content(context, own, given);
    const read = (reply: string): Won | undefined => {
      const sides = ideaVotes.read(reply);
      const side = isSwapped ? "A" : "B";
      if (!sides) return undefined;
      return Object.fromEntries(ideaDimensions.map((one) => [one, sides[one] === side])) as Won;
    };
    return askUntilRead(judge, { prompt, form, temperature, content, read, seat: Math.floor(i / 2) }, { signal });
  });
  return Promise.all(votes);
}

const contextFields = ["related_work", "challenge", "limitation", "motivation", "task_objective", "existing_solutions"];

function contextOf(record: Readonly<Record<string, unknown>>): string {
  return contextFields
    .filter((field) => typeof record[field] === "string" && record[field] !== "")
    .map((field) => `${field}: ${String(record[field])}`)
    .join("\n\n");
}
