/** Models given worked examples go on to invent the next question; its answer is not theirs to this one. */

const nextQuestion = /\n[\s*#_]*(?:Question|Q|Input|Problem)\b[\s*_]*\d*[\s*_]*[:\uFF1A]/g;

/** Something read from a text, with whether a place for it was marked. */
interface Reading {
  readonly letter?: string | undefined;
  readonly marked: boolean;
}

/** What `read` finds before the first invented question that follows an answer; without one, in the whole text. */
export function beforeNextQuestion<Found extends Reading>(text: string, read: (text: string) => Found): Found {
  if (!mayGoOn(text)) return read(text);
  for (const { index } of text.matchAll(nextQuestion)) {
    if (!/\banswer\b/i.test(text.slice(0, index))) continue;
    const before = read(text.slice(0, index));
    if (before.marked && before.letter !== undefined) return before;
  }
  return read(text);
}

/** Plain searches first: few texts go on, and all would pay for the pattern. */
function mayGoOn(text: string): boolean {
  return text.includes("\n") && ["Question", "\nQ", "Input", "Problem"].some((word) => text.includes(word));
}
