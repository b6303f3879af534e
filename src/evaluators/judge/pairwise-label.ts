/** Which of two answers a judge holds better: the label of Arena-Hard, from A>>B to B>>A. Li et al., 2024, arXiv:2406.11939. */
import { jsonField, lastMatch } from "./reply.ts";

/** How far A is ahead: 3, 1, 0, −1, −3. */
const leads: Readonly<Record<string, number>> = {
  "A>>B": 3,
  "A>B": 1,
  "A=B": 0,
  "B>A": -1,
  "B>>A": -3,
  // The same, written from the other side.
  "B<<A": 3,
  "B<A": 1,
  "B=A": 0,
  "A<B": -1,
  "A<<B": -3,
};

export const pairwisePrompt = {
  id: "arena-hard/1",
  form: "one label in double brackets, such as [[A>B]],",
  task: (ownAnswerFirst: boolean): string =>
    [
      "Judge which of two assistants, A or B, answers the user's request better.",
      ...(ownAnswerFirst ? ["Begin with your own answer to the request. Then hold both answers against it."] : []),
      "Name and mend mistakes. Weigh whether each answer is helpful, to the point and no longer than it need be; then whether it is original where that is wanted, and what it leaves out. The order in which they stand means nothing.",
      "End with one label in double brackets: [[A>>B]] A is much better, [[A>B]] A is better, [[A=B]] about the same, [[B>A]] B is better, [[B>>A]] B is much better.",
    ].join("\n"),
} as const;

/** A's lead by the last label of the reply; undefined where there is none. */
export function leadOfA(reply: string): number | undefined {
  const said = jsonField(reply, "verdict");
  const label =
    (typeof said === "string" ? said : undefined) ??
    lastMatch(reply, /\[\[\s*([AB<>=]+)\s*\]\]/g)?.[1] ??
    lastMatch(reply, /\[\s*([AB<>=]+)\s*\]/g)?.[1] ??
    /^\W*([AB][<>=]{1,2}[AB])\W*$/.exec(reply.trim())?.[1];
  return label === undefined ? undefined : leads[label.replaceAll(/[\s[\]]/g, "")];
}
