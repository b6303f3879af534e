/**
 * The comparison: every router under one protocol, over several split seeds, with intervals and tests.
 * Returns one plain Report; drawing it is the report room's work.
 */
import { cpus } from "node:os";
import { plural } from "../core/plural.ts";
import { hasCostAxis } from "../core/outcome-table.ts";
import type { OutcomeTable } from "../core/outcome-table.ts";
import type { Report } from "../core/report.ts";
import { defaultDraws } from "../math/bootstrap.ts";
import { routerByName, routers } from "../routers/registry.ts";
import type { NamedRouter } from "../routers/registry.ts";
import { embedTable } from "./embed-table.ts";
import type { EmbeddedTable } from "./embed-table.ts";
import { buildReport } from "./build-report.ts";
import { checkDraws } from "./check-draws.ts";
import { checkComparison } from "./check-comparison.ts";
import { checkTestedSets } from "./check-tested-sets.ts";
import { withCompatLines } from "./compat-lines.ts";
import { UsageError } from "../core/errors.ts";
import type { BoardInput, Scheduled } from "./board.ts";
import { openLanes } from "./lanes.ts";
import type { LaneInput } from "./lane.ts";
import { noKeeper, openRunKeeper } from "./run-keeper.ts";
import { schedule } from "./schedule.ts";
import type { SeedRun } from "./seed-run.ts";
import { splitTable } from "./split.ts";
import type { SplitOptions } from "./split-options.ts";
import { spreadRuns } from "./spread-runs.ts";
import type { CompareOptions } from "./compare-options.ts";

/** The paper's five split seeds. */
export const defaultSeeds = [42, 999, 2024, 2025, 3407] as const;

/** A lane that helps encodes its seed again; more helpers than one a seed are not worth that, nor the memory. */
const lanesPerSeed = 2;

/** Lines without which no table is printed. */
const referenceLines = ["random", "best-single", "dataset-oracle", "oracle"];

/**
 * Compares routers on a table.
 * @throws UsageError for unknown routers or seeds, an empty table, a pool of no models, draws too few for any router to win; FitError from the split or a fit.
 */
export async function compareRouters(table: OutcomeTable, options: CompareOptions): Promise<Report> {
  checkComparison(table, options);
  checkTestedSets(table, options);
  const hasCost = hasCostAxis(table);
  const named = chooseRouters(options, hasCost);
  checkDraws(options.draws ?? defaultDraws, named);
  const encoder = await embedTable(table, options.encoder, named, options);
  const done = await runSeeds(table, encoder, named, options);
  const total = options.seeds.length * named.length;
  options.onProgress?.(total, total, "intervals and tests");
  const fitted = named.filter(({ label }) => !done.leftOut.has(label));
  const shown = options.split.mode === "compat" ? withCompatLines(table, done.runs) : done.runs;
  return buildReport(table, shown, {
    ...options,
    ...done,
    routers: fitted,
    warnings: [...options.warnings, ...done.warnings],
  });
}

/** All routers of the registry that the data can serve, diagnostics aside, or those asked for; the reference lines around them. */
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
  const wanted =
    names ?? routers.filter(({ needs, diagnostic }) => !diagnostic && (hasCost || !needs.cost)).map(({ name }) => name);
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

interface Runs extends Pick<Scheduled, "leftOut" | "kept"> {
  readonly runs: SeedRun[];
  readonly warnings: readonly string[];
}

/** The runs of all seeds, and what the report must say of how they came about. */
async function runSeeds(
  table: OutcomeTable,
  encoder: EmbeddedTable,
  named: readonly NamedRouter[],
  options: CompareOptions,
): Promise<Runs> {
  const { seeds, split, signal, onProgress, engine } = options;
  // A router's functions cannot be sent to a thread nor told by a name; those of the registry can.
  const nameable = !options.routers?.some((router) => typeof router !== "string");
  const compared = { table, encoder, split, routers: named };
  const folder = nameable ? options.keepIn : undefined;
  const isKept = folder !== undefined;
  const keeper = isKept ? await openRunKeeper({ ...compared, folder, rerun: options.rerun ?? false }) : noKeeper;
  const input: BoardInput = {
    seeds,
    routers: named,
    keeper,
    // A full table leaves out what this table cannot serve; a router asked for by name must work.
    tolerates: ({ label }) => options.routers === undefined && !referenceLines.includes(label),
    signal,
    onProgress,
  };
  if (engine && !nameable) throw cannotBeSent();
  const wanted = options.threads ?? Math.min(cpus().length, lanesPerSeed * seeds.length);
  const done = engine
    ? await spreadRuns({ ...input, engine, work: { ...compared, isKept } })
    : await scheduleHere(input, { ...compared, signal }, nameable ? wanted : 0);
  const damaged = keeper.damaged();
  return {
    leftOut: done.leftOut,
    kept: done.kept,
    runs: seeds.map((seed) => seedRun(table, seed, named, done, split)),
    warnings: damaged > 0 ? [`computed anew, because what was kept of them is damaged: ${plural(damaged, "run")}`] : [],
  };
}

async function scheduleHere(input: BoardInput, compared: LaneInput, threads: number): Promise<Scheduled> {
  const lanes = openLanes(compared, threads);
  try {
    return await schedule({ ...input, lanes });
  } finally {
    await Promise.all(lanes.map((lane) => lane[Symbol.asyncDispose]()));
  }
}

function cannotBeSent(): UsageError {
  return new UsageError({
    problem: "a router value of your own cannot be sent to other machines",
    where: "engine",
    mend: "Compare it in this process, or name routers of the registry.",
  });
}

function seedRun(
  table: OutcomeTable,
  seed: number,
  named: readonly NamedRouter[],
  { runs, facts, leftOut }: Scheduled,
  split: SplitOptions,
): SeedRun {
  const own = runs.get(seed);
  return {
    seed,
    split: splitTable(table, split, seed),
    fingerprint: null,
    embedSeconds: 0,
    ...(named.some(({ router }) => router.needs.embeddings) && facts.get(seed)),
    routers: named.flatMap(({ label }) => (leftOut.has(label) ? [] : [own!.get(label)!])),
  };
}
