/**
 * A live answer as a cascade learnt to read it: the stored answers it was fitted on are what an evaluator cut out of a
 * response ("B", "42"), so the marked answer of a live one is cut out too. A response that marks none is read whole.
 */
import { lastBox } from "../evaluators/text/boxed.ts";
import { finalAnswerHeading, lastAnswerMarker } from "../evaluators/text/markers.ts";
import { visibleText } from "../evaluators/text/visible-text.ts";

/** What stands in the last box, or behind the last "Answer:"; without either the whole text. Reasoning is never read. */
export function heldAnswer(response: string): string {
  const text = visibleText(response);
  const box = lastBox(text);
  if (box) return box.content;
  const marked = lastAnswerMarker(text) ?? finalAnswerHeading(text);
  return marked?.segment || text.trim();
}
