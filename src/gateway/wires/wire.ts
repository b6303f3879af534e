/** What the gateway knows of a wire format: enough to choose a model and to bill an answer. All else passes unread. */
import type { ChatCompletion } from "../../core/chat.ts";
import type { GrowingAnswer } from "../../providers/read-stream.ts";
import type { Fields } from "../../providers/wire-fields.ts";
import type { Dialogue, Needs } from "../../serving/decider.ts";
import type { ClientFormat } from "../api-error.ts";

/** What is read of an answer. */
export type AnswerFacts = Omit<ChatCompletion, "firstTokenMs" | "latencyMs">;

export interface Wire {
  /** The GenAI conventions' word, and the name in logs. */
  readonly operation: "chat" | "responses" | "messages" | "embeddings";
  /** what errors look like, and which models can be asked */
  readonly format: ClientFormat;
  /** appended to a base URL, e.g. "/chat/completions" */
  readonly path: string;
  /** The conversation of a request; undefined where the body is none of this format. */
  dialogue(fields: Fields): Dialogue | undefined;
  needs(fields: Fields, dialogue: Dialogue): Needs;
  /** What a whole answer says. @throws EndpointError for an error inside, or what is no answer */
  whole(label: string, fields: Fields): AnswerFacts;
  /** What a streamed answer says, event by event. @param asked the fields of the request */
  growing(label: string, asked: Fields): GrowingAnswer;
  /** Whether the answer is being made when the call is over, so that nobody is told here what it costs. @param facts what was said of it */
  goesOn?(asked: Fields, facts: Pick<AnswerFacts, "finishReason"> | undefined): boolean;
}
