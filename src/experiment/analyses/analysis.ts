/** What an analysis is given, and the one shape all of them share. */
import type { Analysis } from "../../core/analysis.ts";
import type { OutcomeTable } from "../../core/outcome-table.ts";
import type { EncoderChoice } from "../embed-table.ts";
import type { SplitOptions } from "../split-options.ts";

export interface AnalysisInput {
  readonly table: OutcomeTable;
  readonly name: string;
  readonly seeds: readonly number[];
  readonly split: SplitOptions;
  /** router names; the first is the one that single-router analyses follow */
  readonly routers: readonly string[];
  /** at least one; `embeddings` compares them all, the others use the first */
  readonly encoders: readonly NamedEncoder[];
  /** time to first token and tokens per second by model id, for `latency` where none was measured */
  readonly speeds?: ReadonlyMap<string, ModelSpeed> | undefined;
  /** how many random pools of each size */
  readonly randomPools: number;
  /** how much a tenfold latency costs, in accuracy */
  readonly latencyWeight: number;
  readonly draws: number;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((done: number, total: number, what: string) => void) | undefined;
}

export interface NamedEncoder {
  readonly name: string;
  readonly choice: EncoderChoice;
}

export interface ModelSpeed {
  readonly timeToFirstTokenSeconds: number;
  readonly tokensPerSecond: number;
}

/** What an analysis adds to the facts they all state. */
export type Answer = Pick<Analysis, "findings" | "tables" | "charts">;

export interface AnalysisKind {
  readonly name: string;
  readonly title: string;
  /** what a reader wants to know */
  readonly question: string;
  /** false: counts recorded outcomes only, so seeds, routers and encoders do not matter */
  readonly fits: boolean;
  /** true: follows the first router named and leaves the others out */
  readonly followsFirst?: true;
  /** true: compares the encoders, all of them; the others use the first */
  readonly comparesEncoders?: true;
  /** whom it asks about where no router is named, if not those that the others do */
  readonly usualRouters?: readonly string[];
  /** how many data sets the question needs; 1 when not said */
  readonly leastDatasets?: number;
  run(input: AnalysisInput): Promise<Answer>;
}
