/** Bytes of a stream, kept up to a limit: what is above is counted and dropped, so that no program fills our memory. */
export class CappedText {
  readonly #limit: number;
  readonly #parts: Uint8Array[] = [];
  #kept = 0;
  #seen = 0;

  /** @param limit bytes */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Whether more came than is kept. */
  get overflows(): boolean {
    return this.#seen > this.#limit;
  }

  add(bytes: Uint8Array): void {
    this.#seen += bytes.length;
    const room = this.#limit - this.#kept;
    if (room <= 0) return;
    const part = bytes.slice(0, room);
    this.#parts.push(part);
    this.#kept += part.length;
  }

  text(): string {
    return Buffer.concat(this.#parts).toString("utf8");
  }
}
