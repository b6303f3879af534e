/** Whether a comparison has draws enough for any router to win. */
import { UsageError } from "../core/errors.ts";
import { plural } from "../core/plural.ts";
import { significance } from "../metrics/verdict.ts";
import type { NamedRouter } from "../routers/registry.ts";
import { isContender } from "./is-contender.ts";

/**
 * The smallest p of a bootstrap is 2 / (draws + 1), and Holm's correction multiplies it by the number of routers that are tested against
 * best-single: with few draws every router fails, however good, and a verdict would blame the prompts.
 * @throws UsageError that names the least number of draws
 */
export function checkDraws(draws: number, routers: readonly NamedRouter[]): void {
  const tested = routers.filter((named) => isContender(named) && named.label !== "best-single").length;
  const smallest = (2 * tested) / (draws + 1);
  if (smallest < significance) return;
  throw new UsageError({
    problem: `with ${plural(draws, "draw")} none of ${plural(tested, "router")} can win: no p, adjusted for so many, falls below ${smallest.toFixed(3)}`,
    where: "--draws",
    mend: `Take at least ${Math.ceil((2 * tested) / significance)} draws, or fewer routers.`,
  });
}
