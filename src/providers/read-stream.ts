/** Reads a streamed answer to its end, and takes the time of its first piece. */
import type { ChatCompletion } from "../core/chat.ts";
import { EndpointError } from "./endpoint-error.ts";
import type { ReplyReader } from "./exchange.ts";
import { EventReader } from "./server-events.ts";
import type { ServerEvent } from "./server-events.ts";

/** An answer as its events build it up. */
export interface GrowingAnswer {
  /** Takes the next event. @returns whether it was the last @throws EndpointError for an error inside, or an end without a message */
  readonly take: (event: ServerEvent) => boolean;
  /** whether a piece of the answer has come, reasoning included */
  readonly hasBegun: () => boolean;
  /** whether it may end here though its last event never came */
  readonly mayEnd: () => boolean;
  /** What it has said so far; never throws. */
  readonly finish: () => Omit<ChatCompletion, "firstTokenMs" | "latencyMs">;
}

/**
 * Gives the whole answer. `started` is the moment of sending, by performance.now().
 * Its end throws EndpointError "cut" when the stream ends before the answer does.
 */
export function streamReader(url: string, answer: GrowingAnswer, started: number): ReplyReader<ChatCompletion> {
  const reader = new EventReader();
  let [firstTokenMs, latencyMs] = [NaN, NaN];
  const take = (events: readonly ServerEvent[]): boolean => {
    for (const event of events) {
      const isLast = answer.take(event);
      if (Number.isNaN(firstTokenMs) && answer.hasBegun()) firstTokenMs = performance.now() - started;
      if (!isLast) continue;
      latencyMs = performance.now() - started;
      return true;
    }
    return false;
  };
  return {
    take: (chunk) => take(reader.take(chunk)),
    end() {
      const isLast = !Number.isNaN(latencyMs) || take(reader.end());
      if (!isLast && !answer.mayEnd()) {
        const problem = "broke off its answer (the stream ended early)";
        throw new EndpointError({ problem, where: url, failure: "cut", retriable: true });
      }
      const wholeMs = isLast ? latencyMs : performance.now() - started;
      return { firstTokenMs, latencyMs: wholeMs, ...answer.finish() };
    },
  };
}
