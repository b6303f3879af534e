/**
 * The runs of a comparison, one per (seed, router), spread over lanes. A lane goes through the routers of the seed it
 * holds, then takes a seed nobody has begun, then helps with another's, the longest first, so that lanes end together.
 * Results do not depend on who computed them.
 */
import { throwIfAborted } from "../core/errors.ts";
import type { NamedRouter } from "../routers/registry.ts";
import { finishRun, openBoard, tell } from "./board.ts";
import type { Board, BoardInput, Scheduled } from "./board.ts";
import type { Lane } from "./lane.ts";
import type { SeedFacts } from "./seed-run.ts";

export interface ScheduleInput extends BoardInput {
  readonly lanes: readonly Lane[];
}

/** @throws what a lane threw first; then the others finish the run they are in and stop. */
export async function schedule(input: ScheduleInput): Promise<Scheduled> {
  const board = await openBoard(input, input.lanes.length);
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
    const { facts } = held;
    await finishRun(board, { seed, named }, async () => ({ run: await lane.run(named), facts }), input);
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

/** The lane's own seed, else one nobody has begun, else the one with most left, when that is worth encoding again. */
function nextSeed({ pending, begun }: Board, own: number | undefined): number | undefined {
  if (own !== undefined && pending.get(own)?.length) return own;
  const open = [...pending].filter(([, routers]) => routers.length > 0);
  const fresh = open.find(([seed]) => !begun.has(seed));
  if (fresh) return fresh[0];
  const [most] = open.toSorted((a, b) => b[1].length - a[1].length);
  return most && most[1].length > 2 ? most[0] : undefined;
}
