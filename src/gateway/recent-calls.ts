/**
 * The request ids that this process gave out of late, and to which key: what is said of a call later is held against them. An id
 * begins with a mark of the process, so that one of another replica, or of before a restart, is told from one that nobody ever gave.
 * Kept as numbers in a ring: a call leaves nothing behind for the garbage collector.
 */
import { randomUUID } from "node:crypto";

/** `none`: nobody gave it out; `unknown`: somebody may have, but not this process, or too long ago. */
export type FoundCall = { readonly key: string } | "none" | "unknown";

/** A quarter of an hour at 70 calls a second. */
const mostKept = 65_536;
const idShape = /^sb-[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const markLength = 8;

export class RecentCalls {
  readonly #mark = randomUUID().slice(0, markLength);
  readonly #most: number;
  /** the last 48 random bits of each id */
  readonly #tails: Float64Array;
  readonly #keys: string[] = [];
  #kept = 0;

  constructor(most = mostKept) {
    this.#most = most;
    this.#tails = new Float64Array(most);
  }

  /** A new id: a UUID whose first eight digits are this process's mark. */
  newId(): string {
    return `sb-${this.#mark}${randomUUID().slice(markLength)}`;
  }

  /** @param key the virtual key's id; "" = none */
  keep(id: string, key: string): void {
    const place = this.#kept++ % this.#most;
    this.#tails[place] = tailOf(id);
    this.#keys[place] = key;
  }

  find(id: string): FoundCall {
    if (!idShape.test(id)) return "none";
    if (id.slice("sb-".length, "sb-".length + markLength) !== this.#mark) return "unknown";
    const place = this.#tails.subarray(0, this.#kept).lastIndexOf(tailOf(id));
    if (place >= 0) return { key: this.#keys[place] ?? "" };
    return this.#kept > this.#most ? "unknown" : "none";
  }
}

function tailOf(id: string): number {
  return Number.parseInt(id.slice(-12), 16);
}
