/** A lane: one runner of a comparison's runs. */
import type { OutcomeTable } from "../core/outcome-table.ts";
import type { NamedRouter } from "../routers/registry.ts";
import type { EmbeddedTable } from "./embed-table.ts";
import type { RouterRun, SeedFacts } from "./seed-run.ts";
import type { SplitOptions } from "./split-options.ts";

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
