/**
 * Which results were on disk lately: a result that comes twice is told by it, and so is, at a worker that takes over, a job which
 * could not be closed any more. What is marked goes from the results that Redis keeps.
 */
import type { Redis } from "ioredis";
import { byQueue } from "./by-queue.ts";
import { resultsKey, savedKey } from "./keys.ts";

export class SavedMarks {
  readonly #redis: Redis;
  readonly #keptMs: number;
  /** when each was saved, in that order */
  readonly #lately = new Map<string, number>();
  #toSend: string[] = [];

  /** @param lockMs a job whose worker could not close it is taken over within a few times this, or never */
  constructor(redis: Redis, lockMs: number) {
    this.#redis = redis;
    this.#keptMs = 3 * lockMs;
  }

  get hasNews(): boolean {
    return this.#toSend.length > 0;
  }

  has(id: string): boolean {
    return this.#lately.has(id);
  }

  add(id: string): void {
    this.#lately.set(id, performance.now());
    this.#toSend.push(id);
  }

  /** Tells Redis of what was added since. Rejects when it cannot be told, which the next look at what is kept makes good. */
  async send(): Promise<void> {
    const ids = this.#toSend;
    this.#toSend = [];
    await Promise.all(
      byQueue(ids).flatMap(([queue, jobs]) => [
        this.#redis.sadd(savedKey(queue), ...jobs),
        this.#redis.hdel(resultsKey(queue), ...jobs),
      ]),
    );
  }

  async forgetOld(): Promise<void> {
    const before = performance.now() - this.#keptMs;
    const old: string[] = [];
    for (const [id, at] of this.#lately) {
      if (at > before) break;
      old.push(id);
      this.#lately.delete(id);
    }
    await Promise.all(byQueue(old).map(([queue, jobs]) => this.#redis.srem(savedKey(queue), ...jobs)));
  }
}
