/** One question of a data set, whatever its source. */
import type { Choice } from "./evaluator.ts";

/** One question. */
export interface Item {
  /** unique in the split, the source's own id where it has one */
  readonly id: string;
  /** the question alone, without instructions: what routers see */
  readonly query: string;
  readonly choices?: readonly Choice[] | undefined;
  /** as `Answered.truth` */
  readonly truth: unknown;
  /** What grading needs besides: stored with the answer, so that it can be scored anew without the data set. */
  readonly record: Readonly<Record<string, unknown>>;
  /** addresses or data URIs, in the order of the `<image>` marks of the prompt */
  readonly images?: readonly string[] | undefined;
  /** category, subject, difficulty: for breakdowns only */
  readonly tags?: Readonly<Record<string, string>> | undefined;
}
