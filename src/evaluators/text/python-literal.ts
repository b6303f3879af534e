/** Python literals as data sets print them: dictionaries, lists, tuples, texts, numbers. Read, never run. */

const closers: Readonly<Record<string, string>> = { "{": "}", "[": "]", "(": ")" };
const words: Readonly<Record<string, unknown>> = { True: true, False: false, None: null };
const escapes: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r" };
const deepest = 50;

/** Dictionaries become objects, tuples and sets arrays; undefined for anything else. */
export function pythonLiteral(text: string): unknown {
  const reader = new Reader(text);
  try {
    const value = reader.value(0);
    reader.blanks();
    return reader.at === text.length ? value : undefined;
  } catch (error) {
    if (error instanceof UnreadableLiteral) return undefined;
    throw error;
  }
}

class UnreadableLiteral extends Error {}

class Reader {
  at = 0;
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  blanks(): void {
    while (/\s/.test(this.#text[this.at] ?? "")) this.at++;
  }

  value(depth: number): unknown {
    this.blanks();
    const open = this.#text[this.at] ?? "";
    if (depth > deepest) throw new UnreadableLiteral();
    if (open in closers) return this.#group(open, depth);
    if (open === "'" || open === '"') return this.#quoted(open);
    const [word = ""] = /^[\w.+-]+/.exec(this.#text.slice(this.at, this.at + 64)) ?? [];
    this.at += word.length;
    if (Object.hasOwn(words, word)) return words[word];
    if (word === "" || Number.isNaN(Number(word))) throw new UnreadableLiteral();
    return Number(word);
  }

  #group(open: string, depth: number): unknown {
    this.at++;
    const items: unknown[] = [];
    const fields: [string, unknown][] = [];
    for (;;) {
      this.blanks();
      if (this.#takes(closers[open] ?? "")) break;
      const item = this.value(depth + 1);
      this.blanks();
      if (open === "{" && this.#takes(":")) fields.push([String(item), this.value(depth + 1)]);
      else items.push(item);
      this.blanks();
      if (this.#takes(",")) continue;
      if (this.#takes(closers[open] ?? "")) break;
      throw new UnreadableLiteral();
    }
    return open === "{" && items.length === 0 ? Object.fromEntries(fields) : items;
  }

  #takes(sign: string): boolean {
    if (this.#text[this.at] !== sign) return false;
    this.at++;
    return true;
  }

  #quoted(quote: string): string {
    let said = "";
    for (this.at++; this.at < this.#text.length; this.at++) {
      const sign = this.#text[this.at] ?? "";
      if (sign === quote) {
        this.at++;
        return said;
      }
      if (sign === "\\") {
        const next = this.#text[++this.at] ?? "";
        said += escapes[next] ?? next;
      } else said += sign;
    }
    throw new UnreadableLiteral();
  }
}
