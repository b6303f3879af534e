/** Does the jobs of a chain one after the other. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Chain, Link } from "./chain.ts";

export interface ChainWork {
  /** Does one job and delivers its result. */
  readonly work: (link: Link) => Promise<void>;
  /** Hands on what is not begun, and will not be. */
  readonly giveBack: (rest: Chain) => Promise<void>;
  /** so long jobs wait behind others; then they are given back, and only the one at hand is finished */
  readonly patienceMs: number;
  /** so long after its begin the chain may be another worker's: no job of it is begun or given back any more */
  readonly trustedMs: number;
  /** Nothing more is begun. */
  readonly signal: AbortSignal;
}

/**
 * Resolves when all are done or given back. A job that throws keeps none of the others from being done.
 * @throws what the first of them threw; at once when the signal is aborted
 */
export async function doChain(
  chain: Chain,
  { work, giveBack, patienceMs, trustedMs, signal }: ChainWork,
): Promise<void> {
  const begin = performance.now();
  let [begun, end] = [0, chain.length];
  const returned = new AbortController();
  /** A process that was held up finds its timers late: the time is looked at before each job too. */
  const returnRest = async (): Promise<void> => {
    const rest = chain.slice(begun, end);
    end = begun;
    if (rest.length === 0 || signal.aborted) return;
    if (performance.now() - begin > trustedMs) throw new Error("the chain was not renewed in time");
    await giveBack(rest);
  };
  let failure: { readonly error: unknown } | undefined;
  const note = (error: unknown): void => {
    failure ??= { error };
  };
  const returning = sleep(patienceMs, undefined, { signal: returned.signal }).then(returnRest, () => undefined);
  returning.catch(note);
  for (const link of chain) {
    if (performance.now() - begin > patienceMs) await returnRest().catch(note);
    if (begun >= end) break;
    begun++;
    await work(link).catch(note);
    if (signal.aborted) break;
  }
  returned.abort();
  await returning.catch(note);
  if (begun < end) signal.throwIfAborted();
  if (failure) throw failure.error;
}
