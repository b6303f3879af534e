/**
 * The events of a streamed answer mostly differ in one text alone. Once one of them was parsed, another one that begins and ends with
 * the same characters, and has nothing between them that JSON would read as more than a text, says the same but for that text:
 * parsing it tells nothing new. That this holds is not assumed of a format but tried out, on a text of our own.
 */
export class RepeatedText {
  readonly #mark: string;
  readonly #textIn: (data: string) => string | undefined;
  #before = "";
  #behind = "";
  #triesLeft = 3;

  /**
   * @param field the field that holds the text, e.g. "content"
   * @param textIn parses an event and gives its text; undefined for an event that says anything that is not said once and for all
   */
  constructor(field: string, textIn: (data: string) => string | undefined) {
    this.#mark = `"${field}":"`;
    this.#textIn = textIn;
  }

  /** The text of an event that is like the learnt one; undefined = it has to be parsed. */
  read(data: string): string | undefined {
    const from = this.#before.length;
    if (from === 0) return undefined;
    const to = data.indexOf('"', from);
    if (to === -1 || data.slice(0, from) !== this.#before || data.slice(to) !== this.#behind) return undefined;
    const text = data.slice(from, to);
    return notPlain.test(text) ? undefined : text;
  }

  /** Takes an event that had to be parsed, and was, for what others will be like. An answer of ever new forms costs a few trials. */
  learn(data: string): void {
    if (this.#triesLeft === 0) return;
    const at = data.indexOf(this.#mark);
    if (at === -1) return;
    const from = at + this.#mark.length;
    const to = data.indexOf('"', from);
    const before = data.slice(0, from);
    // An empty text begins an answer, or ends one: others are not like it.
    if (to <= from || before === this.#before || notPlain.test(data.slice(from, to))) return;
    this.#triesLeft--;
    const behind = data.slice(to);
    if (this.#textIn(before + trial + behind) !== trial) return;
    this.#before = before;
    this.#behind = behind;
  }
}

const trial = "a text that no answer holds";
/** What ends a text in JSON, stands for another character, or may not stand in it. */
// oxlint-disable-next-line no-control-regex
const notPlain = /["\\\u0000-\u001f]/;
