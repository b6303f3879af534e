/** Looks on as a streamed answer comes: whether it has begun, whether it is whole, what it used. */
import { EventReader } from "../../providers/server-events.ts";
import type { ServerEvent } from "../../providers/server-events.ts";
import type { Fields } from "../../providers/wire-fields.ts";
import type { AnswerFacts, Wire } from "../wires/wire.ts";

export interface AnswerWatch {
  /** Takes a piece; says whether a token has come by now. @throws EndpointError for an error inside, or no format */
  take(chunk: Buffer): boolean;
  /** Whether it may end here, which its last line may say. @throws EndpointError as `take` */
  isWhole(): boolean;
  /** Whether its last event has come: what becomes of the line then changes nothing. */
  isOver(): boolean;
  /** What it has said so far; never throws. */
  facts(): AnswerFacts;
}

export interface WatchOptions {
  /** the fields of the request */
  readonly asked: Fields;
  /** whether nothing counts as begun before it is whole */
  readonly holdWhole: boolean;
}

export function answerWatch(
  wire: Pick<Wire, "growing">,
  label: string,
  { asked, holdWhole }: WatchOptions,
): AnswerWatch {
  const reader = new EventReader();
  const answer = wire.growing(label, asked);
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
