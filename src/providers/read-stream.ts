/** Reads a streamed answer to its end, and takes the time of its first piece. */
import type { ChatCompletion } from "../core/chat.ts";
import { EndpointError } from "./endpoint-error.ts";
import type { OpenReply } from "./exchange.ts";
import { EventReader } from "./server-events.ts";
import type { ServerEvent } from "./server-events.ts";

/** An answer as its events build it up. */
export interface GrowingAnswer {
  /** Takes the next event. @returns whether it was the last */
  readonly take: (event: ServerEvent) => boolean;
  /** whether a piece of the answer has come, reasoning included */
  readonly hasBegun: () => boolean;
  /** whether it may end here though its last event never came */
  readonly mayEnd: () => boolean;
  readonly finish: () => Omit<ChatCompletion, "firstTokenMs" | "latencyMs">;
}

/**
 * The whole answer. `started` is the moment of sending, by performance.now().
 * @throws EndpointError "cut" when the stream ends before the answer does
 */
export async function readStream(
  url: string,
  { chunks, linger }: OpenReply,
  answer: GrowingAnswer,
  started: number,
): Promise<ChatCompletion> {
  const reader = new EventReader();
  let [firstTokenMs, latencyMs] = [NaN, NaN];
  const take = (events: readonly ServerEvent[]): void => {
    for (const event of events) {
      const isLast = answer.take(event);
      if (Number.isNaN(firstTokenMs) && answer.hasBegun()) firstTokenMs = performance.now() - started;
      if (!isLast) continue;
      latencyMs = performance.now() - started;
      linger();
      return;
    }
  };
  try {
    for await (const chunk of chunks) {
      if (Number.isNaN(latencyMs)) take(reader.take(chunk));
    }
    if (Number.isNaN(latencyMs)) take(reader.end());
  } catch (error) {
    // The answer is whole: what happens to the line after it is of no interest.
    if (Number.isNaN(latencyMs)) throw error;
  }
  if (Number.isNaN(latencyMs) && !answer.mayEnd()) {
    const problem = "broke off its answer (the stream ended early)";
    throw new EndpointError({ problem, where: url, failure: "cut", retriable: true });
  }
  return {
    ...answer.finish(),
    firstTokenMs,
    latencyMs: Number.isNaN(latencyMs) ? performance.now() - started : latencyMs,
  };
}
