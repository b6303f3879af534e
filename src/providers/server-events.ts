/** Server-sent events, read piece by piece: https://html.spec.whatwg.org/multipage/server-sent-events.html */

export interface ServerEvent {
  /** its `event:` line; "" when it has none */
  readonly name: string;
  readonly data: string;
}

const lineFeed = 0x0a;
const carriageReturn = 0x0d;
const space = 0x20;
const byteOrderMark = 0xfeff;
/** Never asked to stream: such a decoder costs a converter of ICU for each answer, and this one nothing. */
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/**
 * Takes bytes as they come, gives the events they complete. Comments, ids and retry hints are passed over. Whole lines alone are
 * decoded: a line feed is never part of another character.
 */
export class EventReader {
  /** the line that is not whole yet */
  #rest: Uint8Array[] = [];
  #isFirst = true;
  #name = "";
  #data: string | undefined;

  /** Events that end in these bytes. */
  take(bytes: Uint8Array): ServerEvent[] {
    const events: ServerEvent[] = [];
    const whole = bytes.lastIndexOf(lineFeed) + 1;
    if (whole > 0) this.#lines(this.#decoded(whole === bytes.length ? bytes : bytes.subarray(0, whole)), events);
    if (whole < bytes.length) this.#rest.push(bytes.subarray(whole));
    return events;
  }

  /** The event that the end of the stream completes: some servers leave out the last empty line. */
  end(): ServerEvent[] {
    const events: ServerEvent[] = [];
    const text = this.#decoded(new Uint8Array());
    this.#line(text, 0, text.length, events);
    this.#line("", 0, 0, events);
    return events;
  }

  /** What was left over, and these bytes. */
  #decoded(bytes: Uint8Array): string {
    const rest = this.#rest;
    if (rest.length > 0) this.#rest = [];
    const text = decoder.decode(rest.length === 0 ? bytes : Buffer.concat([...rest, bytes]));
    const isMarked = this.#isFirst && text.charCodeAt(0) === byteOrderMark;
    this.#isFirst = false;
    return isMarked ? text.slice(1) : text;
  }

  #lines(text: string, events: ServerEvent[]): void {
    let from = 0;
    for (let end = text.indexOf("\n"); end !== -1; end = text.indexOf("\n", from)) {
      const isCarried = end > from && text.charCodeAt(end - 1) === carriageReturn;
      this.#line(text, from, isCarried ? end - 1 : end, events);
      from = end + 1;
    }
  }

  /** The line of the text from `from` to `to`. */
  #line(text: string, from: number, to: number, events: ServerEvent[]): void {
    if (from === to) return this.#dispatch(events);
    const found = text.indexOf(":", from);
    const colon = found === -1 || found > to ? to : found;
    const valueAt = text.charCodeAt(colon + 1) === space ? colon + 2 : colon + 1;
    const value = text.slice(Math.min(valueAt, to), to);
    const length = colon - from;
    if (length === 4 && text.startsWith("data", from))
      this.#data = this.#data === undefined ? value : `${this.#data}\n${value}`;
    else if (length === 5 && text.startsWith("event", from)) this.#name = value;
  }

  #dispatch(events: ServerEvent[]): void {
    if (this.#data !== undefined) events.push({ name: this.#name, data: this.#data });
    this.#name = "";
    this.#data = undefined;
  }
}
