/** A cascade's decision as steps that a caller carries out: ask, show the answer, go on until one is accepted. */
import type { Decision } from "../core/router.ts";
import type { CascadeStep } from "./decider.ts";
import { heldAnswer } from "./held-answer.ts";

/** The first step; undefined for a decision that asks one model. `ids`: the pool's, by column. */
export function cascadeSteps({ order, accept }: Decision, ids: readonly string[]): CascadeStep | undefined {
  return order.length > 1 && accept ? stepAt(0) : undefined;

  function stepAt(step: number): CascadeStep {
    const column = order[step] ?? -1;
    const isLast = step + 1 === order.length;
    return {
      model: ids[column] ?? "",
      isLast,
      next(answer) {
        if (isLast) return "accept";
        if (answer === undefined) return stepAt(step + 1);
        const { text, completionTokens } = answer;
        const isAccepted = accept?.(step, { model: column, text: heldAnswer(text), completionTokens });
        return isAccepted ? "accept" : stepAt(step + 1);
      },
    };
  }
}
