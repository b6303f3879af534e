/** Answers by question, over any store of bytes. A damaged entry is a miss, and counted. */
import { throwIfAborted } from "../core/errors.ts";
import type { ByteStore } from "./byte-store.ts";
import { answerBytes, answerOfBytes } from "./kept-answer.ts";
import type { KeptAnswer } from "./kept-answer.ts";
import { LateWrites } from "./late-writes.ts";

/** An entry as it is found; without an answer when it is damaged. */
export interface CacheEntry {
  readonly key: string;
  readonly bytes: number;
  readonly answer: KeptAnswer | undefined;
}

export interface AnswerCache {
  /** for people: a folder, or an address without its password */
  readonly place: string;
  /** entries met so far that could not be read as an answer */
  readonly damaged: number;
  get(key: string): Promise<KeptAnswer | undefined>;
  /** Resolves once another process would find it. */
  put(key: string, answer: KeptAnswer): Promise<void>;
  /**
   * Puts it a moment later, with others, for an answer that is safe elsewhere; `get` finds it at once. Resolves when there is room
   * for more. Rejects when earlier ones could not be put.
   */
  putLate(key: string, answer: KeptAnswer): Promise<void>;
  /** Resolves once all that was put late is there. Rejects when some of it could not be put. */
  idle(): Promise<void>;
  entries(signal?: AbortSignal): AsyncIterable<CacheEntry>;
  remove(keys: readonly string[]): Promise<void>;
  compact(): Promise<void>;
  close(): Promise<void>;
}

/** @throws CacheError from any of its functions when the store fails. */
export function answerCache(store: ByteStore): AnswerCache {
  let damaged = 0;
  const late = new LateWrites(store);
  const read = (bytes: Uint8Array): KeptAnswer | undefined => {
    const answer = answerOfBytes(bytes);
    if (answer === undefined) damaged++;
    return answer;
  };
  return {
    place: store.place,
    get damaged() {
      return damaged;
    },
    async get(key) {
      const bytes = late.find(key) ?? (await store.get(key));
      return bytes && read(bytes);
    },
    put: (key, answer) => store.putAll(new Map([[key, answerBytes(answer)]])),
    putLate: (key, answer) => late.put(key, answerBytes(answer)),
    idle: () => late.idle(),
    async *entries(signal) {
      for await (const [key, bytes] of store.entries()) {
        throwIfAborted(signal, "reading the cache");
        yield { key, bytes: bytes.byteLength, answer: read(bytes) };
      }
    },
    remove: (keys) => store.remove(keys),
    compact: () => store.compact(),
    async close() {
      await late.idle().finally(() => store.close());
    },
  };
}
