/** A model that grades answers, as an evaluator sees it: one question, one reply. Caching, retries and prices are behind it. */
import type { ChatMessage } from "./chat.ts";

export interface JudgeRequest {
  readonly messages: readonly ChatMessage[];
  /** id and version of the judge prompt, e.g. "simpleqa/1": part of the cache key and of the record */
  readonly prompt: string;
  /** 0 unless the data set says otherwise */
  readonly temperature?: number;
  /** JSON schema of the reply wanted, for providers that can hold a model to one */
  readonly replySchema?: object;
  /** 0 = first, then the repeats after a reply that could not be read: each is a question of its own */
  readonly attempt?: number;
  /** which judge of a panel, from 0 */
  readonly seat?: number;
  /**
   * Whether a reply holds what was asked for. Where it is given, only such a reply is kept: it goes with the last attempt, so
   * that the next run asks once more what this one could not settle.
   */
  readonly accepts?: (text: string) => boolean;
}

export interface JudgeReply {
  readonly text: string;
  /** the model that says it answered */
  readonly model: string;
  /** USD; 0 when the reply came from the cache, NaN when the price is not known */
  readonly costUsd: number;
  readonly cached: boolean;
}

export interface Judge {
  /** the model asked, for the record; with a panel, the models joined by "+" */
  readonly name: string;
  /** how many judges sit on it; 1 unless it is a panel */
  readonly seats: number;
  /**
   * @throws JudgeError when no reply came after all retries, or the budget has no room: this answer stays unscored; any other
   *   SignalboxError when no further question would fare better (a refused key); the signal's reason when it is aborted
   */
  ask(request: JudgeRequest, signal?: AbortSignal): Promise<JudgeReply>;
}
