/** What an answer used and cost. */
import type { CostSource, TokenUsage } from "../../core/chat.ts";

export interface AnswerCost {
  /** the model that is paid; "" where none is */
  readonly model: string;
  /** undefined where nothing was answered */
  readonly usage: TokenUsage | undefined;
  /** NaN where it is not known; 0 where nothing was answered */
  readonly costUsd: number;
  readonly costSource: CostSource;
}
