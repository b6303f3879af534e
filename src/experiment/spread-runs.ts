/** The runs of a comparison, all handed at once to an engine that spreads them; what is kept is not computed again. */
import { setMaxListeners } from "node:events";
import { throwIfAborted } from "../core/errors.ts";
import { finishRun, openBoard, tell } from "./board.ts";
import type { Board, BoardInput, Scheduled } from "./board.ts";
import type { RunEngine, SpreadWork, StartedRuns } from "./run-engine.ts";

export interface SpreadInput extends BoardInput {
  readonly engine: RunEngine;
  readonly work: Omit<SpreadWork, "has" | "seeds" | "signal">;
}

/** @throws what a run threw first; then what nobody has begun is taken back. */
export async function spreadRuns(input: SpreadInput): Promise<Scheduled> {
  const board = await openBoard(input, 1);
  const { seeds, signal, work } = input;
  if ([...board.pending.values()].every(({ length }) => length === 0)) return board;
  throwIfAborted(signal, "comparison");
  const has = (seed: number, label: string): boolean => board.runs.get(seed)?.has(label) ?? false;
  const started = await input.engine.start({ ...work, seeds, has, signal });
  let isDone = false;
  try {
    await runAll(board, started, input);
    isDone = true;
  } finally {
    await started.close(isDone || !work.isKept);
  }
  return board;
}

async function runAll(board: Board, started: StartedRuns, input: SpreadInput): Promise<void> {
  const stop = new AbortController();
  const signal = input.signal ? AbortSignal.any([input.signal, stop.signal]) : stop.signal;
  // Every run listens; that is no leak.
  setMaxListeners(0, signal);
  const assigned = [...board.pending].flatMap(([seed, routers]) => routers.map((named) => ({ seed, named })));
  await Promise.all(
    assigned.map(async ({ seed, named }) => {
      try {
        await finishRun(board, { seed, named }, () => started.run(seed, named, signal), input);
        started.saved(seed, named);
        tell(board, 0, started.words(), input);
      } catch (error) {
        // The first is the cause; the others were stopped by it.
        if (!signal.aborted) stop.abort(error);
      }
    }),
  );
  throwIfAborted(input.signal, "comparison");
  if (stop.signal.aborted) throw stop.signal.reason;
}
