/** The cache as a run uses it: a question under way is not asked twice at the same time, and only whole answers are kept. */
import type { AnswerCache } from "../../cache/answer-cache.ts";
import { CacheError } from "../../cache/cache-error.ts";
import { isWhole } from "../../cache/kept-answer.ts";
import type { KeptAnswer } from "../../cache/kept-answer.ts";
import type { Question } from "../../cache/question.ts";
import type { JournalRecord, SucceededCall } from "../journal/record.ts";
import type { PlannedCall } from "./caller.ts";
import { sustainedPace } from "./sustained-pace.ts";

/** An answer as a record of the journal holds it, without its place. */
export type KeptOutcome = Pick<
  SucceededCall,
  "status" | "completion" | "costUsd" | "costSource" | "attempts" | "at" | "cached" | "unsettled"
>;

export interface CallCache {
  /**
   * The answer kept for a call, with what it cost when it was paid for and when that was. Waits while the same question is under
   * way. Undefined: the caller makes the call, and settles it in any case.
   */
  find(call: PlannedCall, signal: AbortSignal | undefined): Promise<KeptOutcome | undefined>;
  /** Keeps what came of a call that was not found; undefined when nothing did. Resolves as `CallCaches` says. */
  settle(call: PlannedCall, record: JournalRecord | undefined): Promise<void>;
}

/** A cache, and what a run does when it fails. */
export interface CacheUse {
  readonly cache: AnswerCache;
  /** Whether the run goes on without a cache that cannot be read any more; else it ends with the CacheError. */
  readonly isOptional: boolean;
  /** Called once: the cache cannot be written, or is gone on without. */
  readonly onTrouble?: ((error: CacheError) => void) | undefined;
}

/** The cache for the lanes of one run. */
export interface CallCaches {
  /** the cache of a lane, which has its own address */
  of(address: Pick<Question, "provider" | "baseUrl">): CallCache;
  /** Resolves once all that was settled is in the cache. */
  idle(): Promise<void>;
}

/**
 * Opens it. `durable` says where an answer is safe before the cache has it: "nowhere", so that settling resolves once the cache has
 * it; "in a journal", so that it may be put there a moment later with others, and is, where more come than can be waited for.
 */
export function callCaches(use: CacheUse, durable: "in a journal" | "nowhere"): CallCaches {
  const turns = new Turns();
  const { read, write, idle } = guarded(use, durable === "in a journal");
  const of: CallCaches["of"] = ({ provider, baseUrl }) => ({
    async find({ cacheKey }, signal) {
      if (cacheKey === undefined) return undefined;
      await turns.begin(cacheKey);
      try {
        signal?.throwIfAborted();
        const answer = await read(cacheKey);
        if (answer === undefined) return undefined;
        turns.end(cacheKey);
        const { completion, costUsd, costSource, at } = answer;
        return { status: "done", completion, costUsd, costSource, at, attempts: 0, cached: true };
      } catch (error) {
        turns.end(cacheKey);
        throw error;
      }
    },
    async settle({ cacheKey, request, sample }, record) {
      if (cacheKey === undefined) return;
      if (record?.status === "done" && isWhole(record.completion)) {
        const { completion, costUsd, costSource, at } = record;
        const question = { provider, baseUrl, request, sample };
        await write(cacheKey, { question, completion, costUsd, costSource, at, origin: "call" });
      }
      turns.end(cacheKey);
    },
  });
  return { of, idle };
}

/** Answers that cost money hardly come as fast; below it another collector finds each answer as soon as it is settled. */
const fastPerSecond = 500;

/** Reading and writing, with what is done when they fail. An answer that cannot be kept is in the journal all the same. */
function guarded(
  { cache, isOptional, onTrouble }: CacheUse,
  isLate: boolean,
): {
  readonly read: (key: string) => Promise<KeptAnswer | undefined>;
  readonly write: (key: string, answer: KeptAnswer) => Promise<void>;
  readonly idle: () => Promise<void>;
} {
  let [isTold, isLost] = [false, false];
  const isFast = sustainedPace(fastPerSecond, () => performance.now());
  const tell = (error: unknown): undefined => {
    if (!(error instanceof CacheError)) throw error;
    if (!isTold) onTrouble?.(error);
    isTold = true;
  };
  return {
    async read(key) {
      if (isLost) return undefined;
      return await cache.get(key).catch((error: unknown) => {
        if (!isOptional) throw error;
        isLost = true;
        return tell(error);
      });
    },
    async write(key, answer) {
      if (isLost) return;
      await (isLate && isFast() ? cache.putLate(key, answer) : cache.put(key, answer)).catch(tell);
    },
    idle: () => cache.idle().catch(tell),
  };
}

/** One at a time for each key; those that wait go on in any order. Few do: what they wait for is made by the first of them. */
class Turns {
  readonly #taken = new Map<string, Waiters | undefined>();

  async begin(key: string): Promise<void> {
    // oxlint-disable-next-line no-await-in-loop -- another may have been quicker to take the turn
    while (this.#taken.has(key)) await this.#waiters(key).over;
    this.#taken.set(key, undefined);
  }

  end(key: string): void {
    const waiters = this.#taken.get(key);
    this.#taken.delete(key);
    waiters?.end();
  }

  #waiters(key: string): Waiters {
    const known = this.#taken.get(key);
    if (known) return known;
    let end = (): void => undefined;
    const over = new Promise<void>((resolve) => (end = resolve));
    const waiters = { over, end };
    this.#taken.set(key, waiters);
    return waiters;
  }
}

interface Waiters {
  readonly over: Promise<void>;
  readonly end: () => void;
}
