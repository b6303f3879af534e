/** What of a text a judge is shown: all of it, or where it is too long its beginning and its end. */

/** More than this fills the context of many judges, and a refused call grades nothing. About 25,000 tokens. */
const mostCharacters = 100_000;

/** The text, or two thirds of the room from its head and one third from its tail, with the gap told between them. */
export function shownText(text: string, most = mostCharacters): string {
  if (text.length <= most) return text;
  const head = Math.floor((most * 2) / 3);
  const gap = (text.length - most).toLocaleString("en-US");
  return `${text.slice(0, head)}\n[… ${gap} characters left out …]\n${text.slice(text.length - (most - head))}`;
}
