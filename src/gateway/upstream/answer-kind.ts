/** What an endpoint says that its answer is. */
import type { IncomingHttpHeaders } from "node:http";

export interface AnswerKind {
  readonly kind: "events" | "json" | "other";
  /** its own words */
  readonly said: string;
}

export function answerKind({ "content-type": type = "no content type" }: IncomingHttpHeaders): AnswerKind {
  const said = type.slice(0, 80);
  if (said.toLowerCase().startsWith("text/event-stream")) return { kind: "events", said };
  return { kind: /^application\/(?:[\w.]+\+)?json\b/i.test(said) ? "json" : "other", said };
}
