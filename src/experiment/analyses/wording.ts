/** Words that several analyses share. */
import { UsageError } from "../../core/errors.ts";

/** The routers that are not themselves the line they are measured by. @throws UsageError when there is none. */
export function routersAgainstBestSingle(routers: readonly string[], analysis: string): string[] {
  const others = routers.filter((label) => label !== "best-single");
  if (others.length > 0) return others;
  throw new UsageError({
    problem: "compares routers with best-single, and no other router is named",
    where: `analyze ${analysis}`,
    mend: "Name one more with --routers, for example knn.",
  });
}

/** 0.6174 → "61.7" */
export function share(fraction: number): string {
  return (100 * fraction).toFixed(1);
}

/** "only one model is right", "only one to three models are right" */
export function fewAreRight(few: number): string {
  return few === 1 ? "only one model is right" : `only one to ${["two", "three"][few - 2]} models are right`;
}

/** 0.012 → "+1.2", −0.012 → "−1.2" */
export function points(fraction: number): string {
  const text = Math.abs(100 * fraction).toFixed(1);
  if (Number(text) === 0) return "0.0";
  return `${fraction > 0 ? "+" : "−"}${text}`;
}
