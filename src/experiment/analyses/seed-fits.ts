/** Fitted routers with their test rows and estimates, seed by seed: for analyses that look inside a router. */
import type { Encoder } from "../../core/encoder.ts";
import { throwIfAborted } from "../../core/errors.ts";
import type { FittedRouter } from "../../core/fitted-router.ts";
import type { EstimateTable } from "../../core/router.ts";
import { routerByName } from "../../routers/registry.ts";
import { estimateView } from "../choose.ts";
import { embedTable, planEmbedding } from "../embed-table.ts";
import { fitMaterial, fitRouter } from "../fit-router.ts";
import { availability, queryView } from "../query-view.ts";
import type { QueryView } from "../query-view.ts";
import { splitTable } from "../split.ts";
import type { Split } from "../split.ts";
import type { AnalysisInput, NamedEncoder } from "./analysis.ts";

export interface SeedFit {
  readonly seed: number;
  readonly label: string;
  readonly split: Split;
  readonly fitted: FittedRouter;
  readonly test: QueryView;
  readonly estimates: EstimateTable;
  /** what made the vectors; undefined where no router reads any */
  readonly encoder: Pick<Encoder, "fingerprint" | "state"> | undefined;
}

/** Every router under every seed, in that order; the vectors of a seed are shared by its routers. */
export async function* seedFits(input: AnalysisInput, encoder: NamedEncoder): AsyncGenerator<SeedFit> {
  const { table, seeds, signal, routers, onProgress } = input;
  const named = routers.map((label) => routerByName(label));
  const { plan, vectors } = await embedTable(table, encoder.choice, named, input);
  const unavailable = availability(table);
  let done = 0;
  for (const seed of seeds) {
    const split = splitTable(table, input.split, seed);
    onProgress?.(done, seeds.length * named.length, `seed ${seed}: encoding`);
    const embedded =
      plan.kind === "none" ? undefined : await planEmbedding(table, plan, vectors, seed, signal)(split.train);
    const embedding = { vectors: embedded?.vectors, fingerprint: embedded?.encoder.fingerprint ?? null };
    const rows = { train: split.train, validation: split.validation, unavailable };
    const material = fitMaterial(table, rows, embedding, { seed, signal });
    const test = queryView(table, split.test, embedded?.vectors, unavailable);
    for (const router of named) {
      throwIfAborted(signal, "analysis");
      onProgress?.(done++, seeds.length * named.length, `seed ${seed}: ${router.label}`);
      const { fitted } = fitRouter(router, material);
      const estimates = estimateView(fitted, test);
      yield { seed, label: router.label, split, fitted, test, estimates, encoder: embedded?.encoder };
    }
  }
}
