/** Texts stored once, under numbers. */
import { wellFormed } from "./well-formed.ts";

/**
 * `text`: as it is. `bytes`: every character is one byte of UTF-8. Parsing JSON in that form takes half the time, and
 * only texts that were not met before have to be decoded.
 */
export type TextForm = "text" | "bytes";

export interface TextPool {
  readonly texts: readonly string[];
  id(text: string, form?: TextForm): number;
  /** Like `id`, but first compares with the text last met under the same column and key, which saves the hashing. */
  idAt(column: string, key: number, text: string, form?: TextForm): number;
}

/** Numbers texts by first use; "" is 0. Lone surrogates become U+FFFD, as they would on disk. */
export function textPool(): TextPool {
  const texts: string[] = [""];
  const ids = { text: new Map<string, number>(), bytes: new Map<string, number>() };
  const last = new Map<string, Map<number, { given: string; form: TextForm; id: number }>>();
  const id = (given: string, form: TextForm = "text"): number => {
    if (given === "") return 0;
    const known = ids[form].get(given);
    if (known !== undefined) return known;
    const number = form === "bytes" ? id(decoded(given)) : texts.push(wellFormed(given)) - 1;
    ids[form].set(given, number);
    return number;
  };
  const idAt = (column: string, key: number, given: string, form: TextForm = "text"): number => {
    if (given === "") return 0;
    let seen = last.get(column);
    if (!seen) last.set(column, (seen = new Map()));
    const previous = seen.get(key);
    if (previous && previous.form === form && previous.given === given) return previous.id;
    const found = id(given, form);
    seen.set(key, { given, form, id: found });
    return found;
  };
  return { texts, id, idAt };
}

/** The text behind a string whose characters are bytes of UTF-8. */
export function decoded(bytes: string): string {
  return Buffer.from(bytes, "latin1").toString("utf8");
}
