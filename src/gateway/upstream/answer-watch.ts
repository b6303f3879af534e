/** Looks on as a streamed answer comes: whether it has begun, whether it is whole, what it used. */
import { EventReader } from "../../providers/server-events.ts";
import type { ServerEvent } from "../../providers/server-events.ts";
import type { AnswerFacts, Wire } from "../wires/wire.ts";

export interface AnswerWatch {
  /** Takes a piece; says whether a token has come by now. @throws EndpointError for an error inside, or no format */
  take(chunk: Buffer): boolean;
  /** Whether it may end here. */
  isWhole(): boolean;
  /** Whether its last event has come: what becomes of the line then changes nothing. */
  isOver(): boolean;
  /** What it has said so far. */
  facts(): AnswerFacts;
}

/** @param holdWhole whether nothing counts as begun before it is whole */
export function answerWatch(wire: Pick<Wire, "growing">, label: string, holdWhole = false): AnswerWatch {
  const reader = new EventReader();
  const answer = wire.growing(label);
  let isLast = false;
  const takeEvents = (events: readonly ServerEvent[]): void => {
    for (const event of events) if (!isLast) isLast = answer.take(event);
  };
  return {
    take(chunk) {
      takeEvents(reader.take(chunk));
      return isLast || (!holdWhole && (answer.hasBegun() || answer.mayEnd()));
    },
    isWhole() {
      takeEvents(reader.end());
      return isLast || answer.mayEnd();
    },
    isOver: () => isLast,
    facts: () => answer.finish(),
  };
}
