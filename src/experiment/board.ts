/** How far a comparison is: which of its runs are there, which are left, and what is being done. */
import { FitError } from "../core/errors.ts";
import type { NamedRouter } from "../routers/registry.ts";
import type { KeptRun, RunKeeper } from "./run-keeper.ts";
import type { RouterRun, SeedFacts } from "./seed-run.ts";

export interface BoardInput {
  readonly seeds: readonly number[];
  readonly routers: readonly NamedRouter[];
  readonly keeper: RunKeeper;
  /** Whether a router that cannot be fitted is left out, or ends the comparison. */
  readonly tolerates: (named: NamedRouter) => boolean;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((done: number, total: number, what: string) => void) | undefined;
}

export interface Scheduled {
  /** by seed, then router label */
  readonly runs: ReadonlyMap<number, ReadonlyMap<string, RouterRun>>;
  readonly facts: ReadonlyMap<number, SeedFacts>;
  /** label → why it could not be fitted */
  readonly leftOut: ReadonlyMap<string, string>;
  /** the runs that came from an earlier comparison, as `runName` names them */
  readonly kept: ReadonlySet<string>;
}

/** A run's name among those of a comparison. */
export function runName(seed: number, label: string): string {
  return `${seed} ${label}`;
}

export interface Board extends Scheduled {
  readonly runs: Map<number, Map<string, RouterRun>>;
  readonly facts: Map<number, SeedFacts>;
  readonly leftOut: Map<string, string>;
  /** routers still to run, by seed */
  readonly pending: Map<number, NamedRouter[]>;
  readonly begun: Set<number>;
  /** what each lane is at, for the progress line */
  readonly doing: string[];
  readonly kept: Set<string>;
  /** seconds of a fit, by router label, as last seen */
  readonly seconds: Map<string, number>;
  computed: number;
  readonly started: number;
  stopped: boolean;
}

/** @param lanes how many lines of "what is being done" there are */
export async function openBoard({ seeds, routers, keeper, onProgress }: BoardInput, lanes: number): Promise<Board> {
  const board: Board = {
    runs: new Map(seeds.map((seed) => [seed, new Map<string, RouterRun>()])),
    facts: new Map(),
    leftOut: new Map(),
    pending: new Map(seeds.map((seed) => [seed, []])),
    begun: new Set(),
    doing: Array.from({ length: lanes }, () => ""),
    kept: new Set(),
    seconds: new Map(),
    computed: 0,
    started: performance.now(),
    stopped: false,
  };
  for (const seed of seeds) {
    for (const named of routers) {
      const kept = await keeper.find(seed, named);
      if (kept) record(board, seed, kept);
      else board.pending.get(seed)?.push(named);
      if (kept) board.kept.add(runName(seed, named.label));
    }
  }
  onProgress?.(board.kept.size, seeds.length * routers.length, "runs");
  return board;
}

function record(board: Board, seed: number, { run, facts }: KeptRun): void {
  board.runs.get(seed)?.set(run.label, run);
  board.seconds.set(run.label, run.fitSeconds);
  if (!board.facts.get(seed)?.fingerprint) board.facts.set(seed, facts);
}

/** Computes one run and keeps it; a router that cannot be fitted is left out where that is tolerated. */
export async function finishRun(
  board: Board,
  { seed, named }: { readonly seed: number; readonly named: NamedRouter },
  compute: () => Promise<KeptRun>,
  { keeper, tolerates }: BoardInput,
): Promise<void> {
  try {
    const done = await compute();
    record(board, seed, done);
    board.computed += 1;
    await keeper.keep(seed, named, done);
  } catch (error) {
    if (!(error instanceof FitError) || !tolerates(named)) throw error;
    board.leftOut.set(named.label, error.problem);
    for (const routers of board.pending.values()) {
      const at = routers.indexOf(named);
      if (at >= 0) routers.splice(at, 1);
    }
  }
}

/** Says how far it is. */
export function tell(board: Board, lane: number, what: string, { seeds, routers, onProgress }: BoardInput): void {
  board.doing[lane] = what;
  const total = seeds.length * routers.length;
  const done = board.kept.size + board.computed;
  const parts = ["runs", ...new Set(board.doing), timeWords(board, total - done)];
  onProgress?.(done, total, parts.filter((part) => part !== "").join(" · "));
}

/** How long so far and, roughly, how long still: the runs left take as long as those done took in the mean. */
function timeWords({ computed, started }: Board, left: number): string {
  const seconds = (performance.now() - started) / 1000;
  if (seconds < 5) return "";
  const soFar = `${duration(seconds)} so far`;
  return computed < 3 || left === 0 ? soFar : `${soFar}, about ${duration((seconds / computed) * left)} left`;
}

function duration(seconds: number): string {
  return seconds < 90 ? `${Math.max(1, Math.round(seconds))} s` : `${Math.round(seconds / 60)} min`;
}
