/**
 * Training that the validation search can stop at several lengths: one run goes on from where the last candidate left
 * it, and each candidate gets the state of its own length. Same seed, same steps, whether run through or resumed.
 */
import { throwIfAborted } from "../core/errors.ts";
import type { FitContext } from "../core/router.ts";

/** A run in progress: `advance` does one more epoch (or block of steps), `snapshot` copies the state so far. */
export interface TrainingRun<State> {
  advance(): void;
  snapshot(): State;
}

interface Progress<State> {
  run: TrainingRun<State>;
  done: number;
  readonly kept: Map<number, State>;
}

/**
 * The state after `epochs` epochs of the run that `start` begins.
 * @param key names the run: everything but the number of epochs that its steps depend on
 */
export function trainFor<State>(
  context: FitContext,
  key: string,
  epochs: number,
  start: () => TrainingRun<State>,
): State {
  const progress = context.shared(`training run ${key}`, (): Progress<State> => ({
    run: start(),
    done: 0,
    kept: new Map(),
  }));
  const kept = progress.kept.get(epochs);
  if (kept !== undefined) return kept;
  if (progress.done > epochs) {
    progress.run = start();
    progress.done = 0;
  }
  for (; progress.done < epochs; progress.done++) {
    throwIfAborted(context.signal, "training");
    progress.run.advance();
  }
  const state = progress.run.snapshot();
  progress.kept.set(epochs, state);
  return state;
}
