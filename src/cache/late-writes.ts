/**
 * Puts bytes into a store a moment later, many at once: a store that commits page by page pays for a hundred entries hardly more
 * than for one, and nobody waits for it. What is still to be put is found here meanwhile.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { ByteStore } from "./byte-store.ts";

/** A commit writes every page that it touches: the processor time of an entry halves from 64 in a commit to 512. */
const gatherMs = 250;
/** More bytes than that wait only where the store cannot keep up: then it is waited for. */
const mostWaitingBytes = 16 * 2 ** 20;

/** Bytes, not what they stand for: those would live long enough to be moved by every sweep of the heap. */
type Entries = Map<string, Uint8Array>;

export class LateWrites {
  #waiting: Entries = new Map();
  #waitingBytes = 0;
  #underWay: Entries = new Map();
  #running: Promise<void> | undefined;
  /** of a batch that is lost, until somebody is told */
  #error: { readonly error: unknown } | undefined;
  /** aborted to write without waiting for more */
  #gathering = new AbortController();
  readonly #store: ByteStore;

  constructor(store: ByteStore) {
    this.#store = store;
  }

  /** Bytes that the store may not have yet. */
  find(key: string): Uint8Array | undefined {
    return this.#waiting.get(key) ?? this.#underWay.get(key);
  }

  /** Resolves at once while the store keeps up. Rejects when earlier entries could not be written: they are lost. */
  async put(key: string, bytes: Uint8Array): Promise<void> {
    this.#waiting.set(key, bytes);
    this.#waitingBytes += bytes.length;
    this.#running ??= this.#drain();
    if (this.#waitingBytes > mostWaitingBytes) await this.idle();
    this.#tell();
  }

  /** Resolves once all is in the store. Rejects as `put`. */
  async idle(): Promise<void> {
    this.#gathering.abort();
    await this.#running;
    this.#tell();
  }

  #tell(): void {
    if (this.#error === undefined) return;
    const { error } = this.#error;
    this.#error = undefined;
    throw error;
  }

  async #drain(): Promise<void> {
    while (this.#waiting.size > 0) {
      const { signal } = this.#gathering;
      // oxlint-disable-next-line no-await-in-loop -- gathers what is answered at about the same time
      await sleep(gatherMs, undefined, { signal }).catch(() => undefined);
      this.#underWay = this.#waiting;
      this.#waiting = new Map();
      this.#waitingBytes = 0;
      try {
        // oxlint-disable-next-line no-await-in-loop -- one batch after the other is the point
        await this.#store.putAll(this.#underWay);
      } catch (error) {
        this.#error = { error };
      }
    }
    this.#underWay = new Map();
    this.#gathering = new AbortController();
    this.#running = undefined;
  }
}
