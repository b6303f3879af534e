/** HTML as a template tag that escapes every value put into it, so that no text of the data can become markup. */

/** Text that is markup already. Made only by `html` and, for drawings and constants of this room, by `markup`. */
export interface Html {
  readonly markup: string;
}

type Value = string | number | null | undefined | Html | readonly Html[];

/** ``html`<b>${name}</b>` ``: strings are escaped for text and quoted attributes; null and undefined print nothing. */
export function html(parts: TemplateStringsArray, ...values: readonly Value[]): Html {
  const text = parts.map((part, i) => part + (i < values.length ? rendered(values[i]) : ""));
  return { markup: text.join("") };
}

/** Declares text to be markup. Never for text from the data. */
export function markup(text: string): Html {
  return { markup: text };
}

/** No markup at all. */
export const nothing = markup("");

function rendered(value: Value): string {
  if (value === null || value === undefined) return "";
  if (typeof value === "string") return escapeHtml(value);
  if (typeof value === "number") return String(value);
  return "markup" in value ? value.markup : value.map((part) => part.markup).join("");
}

/** Text that means itself in HTML, also inside quotes. */
export function escapeHtml(text: string): string {
  return visible(text)
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#39;");
}

/** Control characters and direction switches shown as �; white space stays. */
export function visible(text: string): string {
  return text.replaceAll(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu, (character) =>
    /\s/.test(character) ? character : "\ufffd",
  );
}
