/** The contents of `\boxed{…}` and `\fbox{…}`, with balanced braces. */

export interface Box {
  /** between the braces, trimmed */
  readonly content: string;
  /** where the command stands, and where its text ends */
  readonly start: number;
  readonly end: number;
}

const opening = /\\(?:boxed|fbox)\s*(?:\{|(?=[\w+-]))/g;

/** All boxes in order of their beginning; one inside another is listed after it. A box that is never closed is none. */
export function boxesOf(text: string): Box[] {
  if (!text.includes("box")) return [];
  return [...text.matchAll(opening)].flatMap(({ 0: match, index }) => {
    const from = index + match.length;
    const end = match.endsWith("{") ? closingBrace(text, from) : tokenEnd(text, from);
    if (end < 0) return [];
    return [{ content: text.slice(from, end).trim(), start: index, end: match.endsWith("{") ? end + 1 : end }];
  });
}

/** The last box that holds more than dots and blanks; of one inside another, the inner. */
export function lastBox(text: string): Box | undefined {
  return boxesOf(text).findLast(({ content }) => !/^(?:[.…\s]|\\[lc]?dots\b)*$/.test(content));
}

/** The index of the brace that closes the one before `from`; escaped braces are text. −1 = none. */
function closingBrace(text: string, from: number): number {
  let depth = 1;
  for (let i = from; i < text.length; i++) {
    const character = text[i];
    if (character === "\\") i++;
    else if (character === "{") depth++;
    else if (character === "}" && --depth === 0) return i;
  }
  return -1;
}

/** `\boxed 5`: the number or word that follows. */
function tokenEnd(text: string, from: number): number {
  const token = /^[+-]?[\w]+(?:[.,]\d+)*/.exec(text.slice(from, from + 64));
  return token ? from + token[0].length : -1;
}
