/** Server-sent events, read piece by piece: https://html.spec.whatwg.org/multipage/server-sent-events.html */

export interface ServerEvent {
  /** its `event:` line; "" when it has none */
  readonly name: string;
  readonly data: string;
}

/** Takes bytes as they come, gives the events they complete. Comments, ids and retry hints are passed over. */
export class EventReader {
  readonly #decoder = new TextDecoder("utf-8");
  #rest = "";
  #name = "";
  #data: string[] = [];

  /** Events that end in these bytes. */
  take(bytes: Uint8Array): ServerEvent[] {
    const text = this.#rest + this.#decoder.decode(bytes, { stream: true });
    const events: ServerEvent[] = [];
    let from = 0;
    for (let end = text.indexOf("\n"); end !== -1; end = text.indexOf("\n", from)) {
      this.#line(text.slice(from, text[end - 1] === "\r" && end > from ? end - 1 : end), events);
      from = end + 1;
    }
    this.#rest = text.slice(from);
    return events;
  }

  /** The event that the end of the stream completes: some servers leave out the last empty line. */
  end(): ServerEvent[] {
    const events: ServerEvent[] = [];
    this.#line(this.#rest, events);
    this.#line("", events);
    this.#rest = "";
    return events;
  }

  #line(line: string, events: ServerEvent[]): void {
    if (line === "") {
      if (this.#data.length > 0) events.push({ name: this.#name, data: this.#data.join("\n") });
      this.#name = "";
      this.#data = [];
      return;
    }
    const colon = line.indexOf(":");
    const field = colon === -1 ? line : line.slice(0, colon);
    const value = colon === -1 ? "" : line.slice(line[colon + 1] === " " ? colon + 2 : colon + 1);
    if (field === "data") this.#data.push(value);
    if (field === "event") this.#name = value;
  }
}
