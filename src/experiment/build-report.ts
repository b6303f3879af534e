/** From the runs of all seeds to the one plain value that every view is drawn from. */
import { cellStatus, datasetLabels, hasCostAxis } from "../core/outcome-table.ts";
import type { OutcomeTable } from "../core/outcome-table.ts";
import { fingerprintText } from "../core/encoder.ts";
import { finiteOrNull } from "../core/report.ts";
import type { Report, RouterReport } from "../core/report.ts";
import { plural } from "../core/plural.ts";
import { defaultDraws } from "../math/bootstrap.ts";
import { holmAdjusted } from "../math/holm.ts";
import { mean } from "../math/stats.ts";
import { solverCounts } from "../metrics/complementarity.ts";
import { verdict } from "../metrics/verdict.ts";
import type { NamedRouter } from "../routers/registry.ts";
import { version } from "../version.ts";
import type { CompareOptions } from "./compare-options.ts";
import { codeHash } from "./code-hash.ts";
import { costFigures, methodCurve, modelAccuracies, modelPoints, pointSet } from "./cost-figures.ts";
import { dataFindings, sizeFindings, sizeWarning } from "./data-findings.ts";
import { isContender } from "./is-contender.ts";
import { oodFindings } from "./ood-findings.ts";
import { recordedRows } from "./recorded-routers.ts";
import { routerRow } from "./router-row.ts";
import { savingFindings } from "./saving-findings.ts";
import { runName } from "./board.ts";
import { drawAccuracies, gatherEvidence, runOf } from "./seed-evidence.ts";
import type { AccuracyDraws, SeedEvidence } from "./seed-evidence.ts";
import type { SeedRun } from "./seed-run.ts";
import { manifestsHash } from "./split.ts";
import { isOod } from "./split-options.ts";

type BuildOptions = Omit<CompareOptions, "routers"> & {
  readonly routers: readonly NamedRouter[];
  /** label → why it could not be fitted */
  readonly leftOut: ReadonlyMap<string, string>;
  /** runs that came from an earlier comparison, as `runName` names them */
  readonly kept: ReadonlySet<string>;
};

/** The report of a comparison. */
export function buildReport(table: OutcomeTable, runs: readonly SeedRun[], options: BuildOptions): Report {
  const splitHash = manifestsHash(runs.map(({ split }) => split));
  const evidence = gatherEvidence(table, runs);
  const draws = drawAccuracies(table, runs, splitHash, options.draws ?? defaultDraws);
  const rows = rowsOf(evidence, draws, options.routers);
  const best = bestSingleOf(evidence, options);
  const pairwise = comparePairs(options.routers, draws);
  const contenders = new Set(options.routers.filter(isContender).map(({ label }) => label));
  const ranked = rows.routers.filter(({ name }) => contenders.has(name));
  const { sentence, findings } = conclude(ranked, pairwise, best.name, draws);
  const data = dataFacts(table, options);
  return {
    schemaVersion: 1,
    createdBy: `signalbox ${version}`,
    data,
    split: {
      mode: options.split.mode,
      trainRatio: options.split.trainRatio,
      ood: [...options.split.ood],
      hash: splitHash,
      manifests: runs.map(({ seed, split }) => ({
        seed,
        hash: split.manifest.hash,
        train: split.train.length,
        test: split.test.length,
      })),
    },
    seeds: [...options.seeds],
    encoder: encoderFacts(runs, options),
    verdict: `${sizeWarning(runs)}${sentence}`,
    findings: [
      ...sizeFindings(table, runs),
      ...findings,
      ...oodFindings(data.datasetReports, ranked, best.name),
      ...(hasCostAxis(table) ? savingFindings(ranked) : []),
      ...notes(runs),
      ...leftOutFindings(options),
      ...dataFindings(table, runs),
    ],
    bestSingle: best,
    ...rows,
    ...(options.recorded && {
      recorded: recordedRows(table, options.recorded, runs, rows, options.draws ?? defaultDraws),
    }),
    pairwise,
    provenance: provenance(runs, options),
    reproduce: options.reproduce,
  };
}

function rowsOf(
  evidence: readonly SeedEvidence[],
  draws: AccuracyDraws,
  routers: readonly NamedRouter[],
): Pick<Report, "routers" | "modelPoints" | "frontier" | "pointSetHash"> {
  const models = modelPoints(evidence);
  const curves = new Map(routers.map(({ label }) => [label, methodCurve(evidence, label)]));
  const honest = routers.filter(({ router }) => router.cheats === false);
  const set = pointSet(
    models,
    honest.map(({ label }) => curves.get(label)!),
  );
  // Random, cheapest and priciest are lines to look at, not hypotheses: they must not weaken the tests of the others.
  const challengers = routers.filter((named) => isContender(named) && named.label !== "best-single");
  const adjusted = holmAdjusted(challengers.map(({ label }) => draws.difference(label, "best-single").p));
  const hasCost = evidence[0]!.test.hasCost;
  return {
    routers: routers.map((named) => {
      const curve = curves.get(named.label)!;
      const pAdjusted = adjusted[challengers.indexOf(named)] ?? NaN;
      return routerRow({
        named,
        evidence,
        draws,
        curve,
        figures: costFigures(evidence, curve, set, models),
        pAdjusted,
      });
    }),
    modelPoints: models.map((point, j) => ({
      name: point.name,
      costUsd: hasCost ? finiteOrNull(point.costUsd) : null,
      avgAcc: finiteOrNull(point.avgAcc),
      accuracyByDataset: accuracyOfModel(evidence, j),
    })),
    frontier: hasCost ? set.frontier.map(({ name, costUsd, avgAcc }) => ({ name, costUsd, avgAcc })) : [],
    pointSetHash: set.hash,
  };
}

function accuracyOfModel(evidence: readonly SeedEvidence[], column: number): (number | null)[] {
  const perSeed = evidence.map((seed) => modelAccuracies(seed, column));
  return Array.from(perSeed[0]!, (_, d) => finiteOrNull(mean(perSeed.map((accuracies) => accuracies[d]!))));
}

/** The model the baseline chose most often, with a note when seeds disagree. */
function bestSingleOf(evidence: readonly SeedEvidence[], options: BuildOptions): Report["bestSingle"] {
  const names = evidence.map(({ run, test }) => test.table.models[runOf(run, "best-single").replay.chosen[0]!]!.id);
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  const [name = "", count = 0] = [...counts].toSorted((a, b) => b[1] - a[1])[0] ?? [];
  if (options.bestSingle) return { name, pickedOn: "the user's word" };
  return { name, pickedOn: count === names.length ? "train" : `train; chosen in ${count} of ${names.length} seeds` };
}

/** Honest routers in pairs, corrected over all pairs. Random, cheapest and priciest are lines, not contenders. */
function comparePairs(routers: readonly NamedRouter[], draws: AccuracyDraws): Report["pairwise"] {
  const ranked = routers.filter(isContender);
  const pairs = ranked.flatMap((a, i) => ranked.slice(i + 1).map((b) => [a.label, b.label] as const));
  const adjusted = draws.pairs(pairs);
  return pairs.map(([a, b], i) => {
    const { mean: delta, ci95 } = draws.difference(a, b);
    return { a, b, delta, ci95: [ci95[0], ci95[1]] as [number, number], pAdjusted: adjusted[i]! };
  });
}

function conclude(
  rows: readonly RouterReport[],
  pairwise: Report["pairwise"],
  bestSingle: string,
  draws: AccuracyDraws,
): { readonly sentence: string; readonly findings: string[] } {
  const contenders = rows
    .filter(({ name }) => name !== "best-single")
    .map(({ name, deltaBestSingle: { pAdjusted } }) => ({
      name,
      deltaBestSingle: { ...draws.difference(name, "best-single"), pAdjusted: pAdjusted ?? NaN },
    }));
  const tests = pairwise.map(({ a, b, pAdjusted }) => ({ a, b, pAdjusted: pAdjusted ?? NaN }));
  const { sentence, findings } = verdict({ bestSingle, contenders, pairwise: tests });
  const missing = rows.filter(({ missingPicks, failedPicks }) => missingPicks + failedPicks > 0);
  const picks = missing.map(
    ({ name, missingPicks, failedPicks }) =>
      `${name} chose ${plural(missingPicks, "cell")} without a record and ${plural(failedPicks, "failed call")}; they score 0.`,
  );
  return { sentence, findings: [...findings, ...picks] };
}

/** What routers say of their fits: once when all seeds agree, else by seed. */
function notes(runs: readonly SeedRun[]): string[] {
  const labels = runs[0]?.routers.filter(({ note }) => note !== undefined).map(({ label }) => label) ?? [];
  return labels.map((label) => {
    const said = runs.map(({ seed, routers }) => ({ seed, note: routers.find((r) => r.label === label)?.note ?? "" }));
    const distinct = new Set(said.map(({ note }) => note));
    if (distinct.size === 1) return `${label}: ${said[0]?.note}.`;
    return `${label}, by seed: ${said.map(({ seed, note }) => `${seed}: ${note}`).join("; ")}.`;
  });
}

function leftOutFindings({ leftOut }: BuildOptions): string[] {
  return Array.from(
    leftOut,
    ([label, problem]) => `${label} is left out, because it cannot be fitted here: ${problem}.`,
  );
}

/** What each result rests on; with the data's digest, the split's and the encoder's hashes it names a result whole. */
function provenance(runs: readonly SeedRun[], { kept }: BuildOptions): Report["provenance"] {
  const list = runs.flatMap(({ seed, routers }) =>
    routers.map(({ label, options, policy }) => ({
      seed,
      router: label,
      options: { ...options },
      policy,
      kept: kept.has(runName(seed, label)),
    })),
  );
  return {
    codeHash: codeHash(),
    keptRuns: list.filter((run) => run.kept).length,
    runs: list,
  };
}

/** One fingerprint; of an encoder fitted per seed, the revisions of all seeds in one. */
function encoderFacts(runs: readonly SeedRun[], { encoder }: BuildOptions): Report["encoder"] {
  const used = runs.flatMap(({ fingerprint }) => (fingerprint ? [fingerprint] : []));
  const revisions = [...new Set(used.map(({ revision }) => revision))].join(",");
  const spec = encoder.kind === "ngram" ? "ngram" : encoder.spec;
  return { spec, fingerprint: used[0] ? fingerprintText({ ...used[0], revision: revisions }) : "none" };
}

function dataFacts(table: OutcomeTable, { name, warnings, split }: BuildOptions): Report["data"] {
  const solvers = solverCounts(table);
  const m = table.models.length;
  const share = (rows: number[], matches: (k: number) => boolean): number | null =>
    finiteOrNull(rows.filter((r) => matches(solvers[r]!)).length / rows.length);
  const count = (status: number): number => table.status.reduce((total, s) => total + (s === status ? 1 : 0), 0);
  const rowsByDataset = table.datasets.map((): number[] => []);
  table.datasetOf.forEach((d, r) => rowsByDataset[d]!.push(r));
  return {
    name,
    digest: table.digest,
    prompts: table.prompts.length,
    models: m,
    datasets: table.datasets.length,
    modelNames: table.models.map(({ id }) => id),
    datasetReports: datasetLabels(table.datasets).map((label, d) => ({
      label,
      ...table.datasets[d]!,
      prompts: rowsByDataset[d]!.length,
      ood: isOod(table.datasets[d]!, split.ood),
      allCorrect: share(rowsByDataset[d]!, (k) => k === m),
      allWrong: share(rowsByDataset[d]!, (k) => k === 0),
    })),
    hasCost: hasCostAxis(table),
    failed: count(cellStatus.failed),
    unscored: count(cellStatus.unscored),
    missing: count(cellStatus.missing),
    warnings: [...warnings],
  };
}
