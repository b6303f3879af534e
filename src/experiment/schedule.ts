/**
 * The runs of a comparison, one per (seed, router), spread over lanes. A lane goes through the routers of the seed it
 * holds, then takes a seed nobody has begun, then helps with another's, the longest first, so that lanes end together.
 * Results do not depend on who computed them.
 */
import { FitError, throwIfAborted } from "../core/errors.ts";
import type { NamedRouter } from "../routers/registry.ts";
import type { Lane } from "./lanes.ts";
import type { KeptRun, RunKeeper } from "./run-keeper.ts";
import type { RouterRun, SeedFacts } from "./seed-run.ts";

export interface ScheduleInput {
  readonly seeds: readonly number[];
  readonly routers: readonly NamedRouter[];
  readonly lanes: readonly Lane[];
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

/** @throws what a lane threw first; then the others finish the run they are in and stop. */
export async function schedule(input: ScheduleInput): Promise<Scheduled> {
  const board = await openBoard(input);
  const failures: unknown[] = [];
  await Promise.all(
    input.lanes.map(async (lane, number) => {
      try {
        await work(lane, number, board, input);
      } catch (error) {
        failures.push(error);
        board.stopped = true;
      }
    }),
  );
  throwIfAborted(input.signal, "comparison");
  if (failures.length > 0) throw failures[0];
  return board;
}

interface Board extends Scheduled {
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

async function openBoard({ seeds, routers, keeper, lanes, onProgress }: ScheduleInput): Promise<Board> {
  const board: Board = {
    runs: new Map(seeds.map((seed) => [seed, new Map<string, RouterRun>()])),
    facts: new Map(),
    leftOut: new Map(),
    pending: new Map(seeds.map((seed) => [seed, []])),
    begun: new Set(),
    doing: lanes.map(() => ""),
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

async function work(lane: Lane, number: number, board: Board, input: ScheduleInput): Promise<void> {
  let held: { seed: number; facts: SeedFacts } | undefined;
  let helps = false;
  for (;;) {
    const seed = nextSeed(board, held?.seed);
    if (seed === undefined || board.stopped) break;
    throwIfAborted(input.signal, "comparison");
    if (held?.seed !== seed) {
      helps = board.begun.has(seed);
      board.begun.add(seed);
      tell(board, number, `seed ${seed}: encoding`, input);
      held = { seed, facts: await lane.prepare(seed) };
    }
    const named = takeRouter(board, seed, helps);
    if (!named) continue;
    tell(board, number, `seed ${seed}: ${named.label}`, input);
    await runOne(lane, { seed, named, facts: held.facts }, board, input);
  }
  tell(board, number, "", input);
}

/** The next router of a seed; a helper takes the one that takes longest, so far as that is known. */
function takeRouter({ pending, seconds }: Board, seed: number, helps: boolean): NamedRouter | undefined {
  const left = pending.get(seed) ?? [];
  if (!helps) return left.shift();
  const longest = left.reduce((best, { label }, at) => {
    const before = seconds.get(left[best]?.label ?? "") ?? 0;
    return (seconds.get(label) ?? 0) > before ? at : best;
  }, 0);
  return left.splice(longest, 1)[0];
}

interface Assignment {
  readonly seed: number;
  readonly named: NamedRouter;
  readonly facts: SeedFacts;
}

async function runOne(
  lane: Lane,
  { seed, named, facts }: Assignment,
  board: Board,
  { keeper, tolerates }: ScheduleInput,
): Promise<void> {
  try {
    const run = await lane.run(named);
    record(board, seed, { run, facts });
    board.computed += 1;
    await keeper.keep(seed, named, { run, facts });
  } catch (error) {
    if (!(error instanceof FitError) || !tolerates(named)) throw error;
    board.leftOut.set(named.label, error.problem);
    for (const routers of board.pending.values()) {
      const at = routers.indexOf(named);
      if (at >= 0) routers.splice(at, 1);
    }
  }
}

/** The lane's own seed, else one nobody has begun, else the one with most left, when that is worth encoding again. */
function nextSeed({ pending, begun }: Board, own: number | undefined): number | undefined {
  if (own !== undefined && pending.get(own)?.length) return own;
  const open = [...pending].filter(([, routers]) => routers.length > 0);
  const fresh = open.find(([seed]) => !begun.has(seed));
  if (fresh) return fresh[0];
  const [most] = open.toSorted((a, b) => b[1].length - a[1].length);
  return most && most[1].length > 2 ? most[0] : undefined;
}

function tell(board: Board, lane: number, what: string, { seeds, routers, onProgress }: ScheduleInput): void {
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
