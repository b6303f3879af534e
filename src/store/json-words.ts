/** What is wrong with a JSON text, in our words: the parsers speak of tokens and states, each in its own way. */

/** "broken JSON" with what the parser's message tells: the end, the character, the place. */
export function jsonWords(message: string): string {
  if (/end of (JSON )?input|unterminated|ended/i.test(message)) return "broken JSON: it ends in the middle";
  const character = /Unexpected (?:token )?["'](.)["']/.exec(message)?.[1];
  const position = /position "?(\d+)/.exec(message)?.[1];
  const what = character === undefined ? "" : `: ${character === '"' ? "a quote" : `"${character}"`} is out of place`;
  return `broken JSON${what}${position === undefined ? "" : `, at character ${Number(position) + 1}`}`;
}
