/** The answer behind the last "FINAL ANSWER" of a response; "" where there is no such marker. */

/** In capitals anywhere, or in any case with a colon behind it or a line of its own. */
const marker = /FINAL ANSWER\b\s*(?:is\b)?\s*[::]?|\bfinal answer\s*(?:is\s*)?[::]|^[#\s]*final answer\s*$/gim;

/** "(a)", "b)", "2.": the head of one part of an answer. */
const part = /^\s*(?:\(?[a-z0-9ivx]{1,3}\)|\d{1,2}\.)\s/i;

/** Up to the next blank line; of an answer in parts, all of them. */
export function finalAnswer(visible: string): string {
  const plain = visible.replaceAll("**", "");
  const last = [...plain.matchAll(marker)].filter(isMarker).at(-1);
  if (!last) return "";
  const paragraphs = plain
    .slice(last.index + last[0].length)
    .trim()
    .split(/\n\s*\n/);
  const [first = "", ...rest] = paragraphs;
  if (!part.test(first)) return first.trim();
  const end = rest.findIndex((paragraph) => !part.test(paragraph));
  return [first, ...rest.slice(0, end < 0 ? rest.length : end)].join("\n\n").trim();
}

/** The pattern folds case: without capitals the words need a colon or a line of their own. */
function isMarker({ 0: text }: RegExpMatchArray): boolean {
  return text.startsWith("FINAL ANSWER") || /[::]\s*$/.test(text) || /^[#\s]*final answer\s*$/i.test(text);
}
