/**
 * The comparison: every router under one protocol, over several split seeds, with intervals and tests.
 * Returns one plain Report; drawing it is the report room's work.
 */
import { cpus } from "node:os";
import { UsageError } from "../core/errors.ts";
import { hasCostAxis } from "../core/outcome-table.ts";
import type { OutcomeTable } from "../core/outcome-table.ts";
import type { Report } from "../core/report.ts";
import type { Router } from "../core/router.ts";
import { createPool } from "../parallel/worker-pool.ts";
import { routerByName, routers } from "../routers/registry.ts";
import type { NamedRouter } from "../routers/registry.ts";
import { embedTable, planEmbedding } from "./embed-table.ts";
import type { EmbeddedTable, EncoderChoice } from "./embed-table.ts";
import { buildReport } from "./build-report.ts";
import { runSeed } from "./seed-run.ts";
import type { SeedRun } from "./seed-run.ts";
import { shareTable, shareVectors } from "./share.ts";
import type { SeedTask } from "./share.ts";
import type { SplitOptions } from "./split.ts";

export interface CompareOptions {
  readonly split: SplitOptions;
  readonly seeds: readonly number[];
  /**
   * Names as in `avengers` or `avengers/reference`, or router values of your own (these run on one thread); the four
   * reference lines are always added. Absent: all, but those that need costs where the pool has none.
   */
  readonly routers?: readonly (string | Router)[] | undefined;
  /** Options fixed by the user, per router name. */
  readonly routerOptions?: Readonly<Record<string, Readonly<Record<string, unknown>>>> | undefined;
  /** Overrides the best single model picked on the training part. */
  readonly bestSingle?: string | undefined;
  readonly encoder: EncoderChoice;
  readonly name: string;
  readonly warnings: readonly string[];
  readonly reproduce: string;
  readonly draws?: number | undefined;
  /** Worker threads; 0 = on this thread. Results do not depend on it. */
  readonly threads?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((done: number, total: number, what: string) => void) | undefined;
}

/** The paper's five split seeds. */
export const defaultSeeds = [42, 999, 2024, 2025, 3407] as const;

/** Lines without which no table is printed. */
const referenceLines = ["random", "best-single", "dataset-oracle", "oracle"];

/**
 * Compares routers on a table.
 * @throws UsageError for unknown routers or seeds, an empty table, a pool of no models; FitError from the split or a fit.
 */
export async function compareRouters(table: OutcomeTable, options: CompareOptions): Promise<Report> {
  checkTable(table, options.seeds);
  const hasCost = hasCostAxis(table);
  const named = chooseRouters(options, hasCost);
  const encoder = await embedTable(table, options.encoder, named, options);
  const runs = await runSeeds(table, encoder, named, options);
  options.onProgress?.(options.seeds.length, options.seeds.length, "intervals and tests");
  return buildReport(table, runs, { ...options, routers: named });
}

function checkTable(table: OutcomeTable, seeds: readonly number[]): void {
  if (table.prompts.length === 0 || table.models.length === 0) {
    throw new UsageError({
      problem: "the table is empty",
      mend: "Check the filters: run signalbox inspect with the same ones.",
    });
  }
  const repeated = seeds.find((seed, i) => seeds.indexOf(seed) !== i);
  if (seeds.length === 0 || repeated !== undefined) {
    throw new UsageError({
      problem: seeds.length === 0 ? "no seed given" : `seed ${repeated} is given twice`,
      where: "--seeds",
      mend: "Give each seed once, for example --seeds 42,999,2024.",
    });
  }
}

/** All routers of the registry that the data can serve, or those asked for; the reference lines around them. */
export function chooseRouters(
  { routers: names, routerOptions = {}, bestSingle }: Pick<CompareOptions, "routers" | "routerOptions" | "bestSingle">,
  hasCost = true,
): NamedRouter[] {
  // A misspelt name in routerOptions must not be ignored.
  for (const name of Object.keys(routerOptions)) {
    if (!names?.some((router) => typeof router !== "string" && router.name === name)) routerByName(name);
  }
  const fixedOf = (name: string): Record<string, unknown> => ({
    ...routerOptions[name],
    ...(name === "best-single" && bestSingle !== undefined && { model: bestSingle }),
  });
  const wanted = names ?? routers.filter(({ needs }) => hasCost || !needs.cost).map(({ name }) => name);
  const own = wanted.filter((router) => typeof router !== "string");
  const named = [...new Set([...wanted.filter((name) => typeof name === "string"), ...referenceLines])];
  const order = routers.map(({ name }) => name);
  const position = ({ router }: NamedRouter): number =>
    (order.indexOf(router.name) + order.length + 1) % (order.length + 1);
  return [
    ...named.map((name) => routerByName(name, fixedOf(name))),
    ...own.map((router) => ({ label: router.name, router, fixed: fixedOf(router.name) })),
  ].toSorted((a, b) => position(a) - position(b) || (a.label < b.label ? -1 : 1));
}

async function runSeeds(
  table: OutcomeTable,
  encoder: EmbeddedTable,
  named: readonly NamedRouter[],
  { seeds, split, signal, onProgress, ...options }: CompareOptions,
): Promise<SeedRun[]> {
  // A router's functions cannot be sent to a thread; those of the registry are looked up there by name.
  const sendable = !options.routers?.some((router) => typeof router !== "string");
  const threads = sendable ? (options.threads ?? Math.min(cpus().length, seeds.length)) : 0;
  let done = 0;
  onProgress?.(0, seeds.length, "seeds");
  const finished = (run: SeedRun): SeedRun => {
    onProgress?.(++done, seeds.length, "seeds");
    return run;
  };
  if (threads <= 1) {
    const runs: SeedRun[] = [];
    for (const seed of seeds) {
      const onStep = (step: string): void => onProgress?.(done, seeds.length, `seeds, seed ${seed}: ${step}`);
      const embedRows = planEmbedding(table, encoder.plan, encoder.vectors, seed, signal);
      runs.push(finished(await runSeed(table, embedRows, { split, routers: named, seed, signal, onStep })));
    }
    return runs;
  }
  const shared = shareTable(table);
  const vectors = shareVectors(encoder.vectors);
  await using pool = createPool(new URL("./seed-worker.ts", import.meta.url), { threads });
  const routersSent = named.map(({ label, fixed }) => ({ label, fixed }));
  return await Promise.all(
    seeds.map(async (seed) => {
      const task: SeedTask = { table: shared, vectors, encoder: encoder.plan, split, routers: routersSent, seed };
      return finished(await pool.run<SeedRun>("run", task, { signal }));
    }),
  );
}
