/** Where the runs of a comparison are computed: on this thread, or on one worker thread a lane. */
import type { OutcomeTable } from "../core/outcome-table.ts";
import type { NamedRouter } from "../routers/registry.ts";
import { planEmbedding } from "./embed-table.ts";
import type { EmbeddedTable } from "./embed-table.ts";
import { prepareSeed, runRouter } from "./seed-run.ts";
import type { PreparedSeed, RouterRun, SeedFacts } from "./seed-run.ts";
import type { SplitOptions } from "./split.ts";
import { workerLanes } from "./worker-lane.ts";

/** One runner of runs. It holds the seed it prepared last: routers of one seed share vectors, clusterings and more. */
export interface Lane extends AsyncDisposable {
  prepare(seed: number): Promise<SeedFacts>;
  run(named: NamedRouter): Promise<RouterRun>;
}

export interface LaneInput {
  readonly table: OutcomeTable;
  readonly encoder: EmbeddedTable;
  readonly split: SplitOptions;
  readonly routers: readonly NamedRouter[];
  readonly signal?: AbortSignal | undefined;
}

/** `threads` lanes; 0 or 1 gives one on this thread. */
export function openLanes(input: LaneInput, threads: number): Lane[] {
  if (threads <= 1) return [ownLane(input)];
  const open = workerLanes(input);
  return Array.from({ length: threads }, () => open(input.signal));
}

function ownLane({ table, encoder, split, routers, signal }: LaneInput): Lane {
  let prepared: PreparedSeed | undefined;
  return {
    async prepare(seed) {
      prepared = undefined;
      const embedRows = planEmbedding(table, encoder.plan, encoder.vectors, seed, signal);
      prepared = await prepareSeed(table, embedRows, { split, routers, seed, signal });
      return prepared.facts;
    },
    async run(named) {
      // Give the abort signal and progress messages a turn between fits.
      await new Promise((resolve) => setImmediate(resolve));
      return runRouter(named, prepared!);
    },
    [Symbol.asyncDispose]: async () => undefined,
  };
}
