/** The same routers on two or more encoders: does a larger one pay? (the paper's embedding ablation, Table 5) */
import { UsageError } from "../../core/errors.ts";
import { finiteOrNull } from "../../core/report.ts";
import { routerByName } from "../../routers/registry.ts";
import type { AnalysisInput, AnalysisKind, Answer, NamedEncoder } from "./analysis.ts";
import { compareValues } from "./pools.ts";
import type { Comparison } from "./pools.ts";
import { replayPolicy } from "../replay.ts";
import { seedFits } from "./seed-fits.ts";
import { points } from "./wording.ts";

interface Cell {
  readonly encoder: string;
  readonly router: string;
  readonly scores: Float64Array[];
}

export const embeddings: AnalysisKind = {
  name: "embeddings",
  title: "Embeddings",
  question: "Do the routers gain from another encoder?",

  fits: true,
  comparesEncoders: true,

  async run(input): Promise<Answer> {
    if (input.encoders.length < 2) throw oneEncoder(input.encoders.length);
    const [readers, others] = split(input.routers, (label) => routerByName(label).router.needs.embeddings);
    if (readers.length === 0) throw noVectorsRead(others);
    const { cells, splits } = await measure({ ...input, routers: readers });
    const comparison = compareValues(
      input.table,
      splits,
      cells.map(({ scores }) => scores),
      input.draws,
    );
    const rows = cells.map((cell, c) => ({ ...cell, ...facts(cells, comparison, c) }));
    const first = input.encoders[0]!.name;
    return {
      findings: [
        ...rows.slice(readers.length).map((row) => sentence(row, first)),
        ...others.map((label) => `${label} reads no vectors: no encoder changes it.`),
      ],
      tables: [table(rows, readers.length)],
      charts: [
        {
          kind: "intervals",
          title: `AvgAcc on another encoder, against the same router on ${first}`,
          x: "points of AvgAcc",
          unit: "points",
          better: "higher",
          rows: rows.slice(readers.length).map(({ encoder, router, delta, low, high }) => ({
            name: input.encoders.length === 2 ? router : `${router}, ${encoder}`,
            value: finiteOrNull(delta),
            low: finiteOrNull(low),
            high: finiteOrNull(high),
          })),
        },
      ],
    };
  },
};

/** Those that pass, then the others. */
function split(labels: readonly string[], passes: (label: string) => boolean): [string[], string[]] {
  return [labels.filter(passes), labels.filter((label) => !passes(label))];
}

function oneEncoder(count: number): UsageError {
  return new UsageError({
    problem: `compares encoders, and ${count} is given`,
    where: "analyze embeddings",
    mend: "Repeat --encoder.",
  });
}

function noVectorsRead(labels: readonly string[]): UsageError {
  return new UsageError({
    problem: `${labels.join(", ")} ${labels.length === 1 ? "reads" : "read"} no vectors, so no encoder changes the result`,
    where: "analyze embeddings",
    mend: "Name routers that read vectors with --routers, for example knn or linear.",
  });
}

async function measure(input: AnalysisInput): Promise<{ cells: Cell[]; splits: Int32Array[] }> {
  const cells: Cell[] = [];
  const splits = new Map<number, Int32Array>();
  for (const encoder of input.encoders) {
    const own = input.routers.map((router): Cell => ({ encoder: encoder.name, router, scores: [] }));
    for await (const fit of seedFits(withProgress(input, encoder), encoder)) {
      splits.set(fit.seed, fit.split.test);
      const replay = replayPolicy(fit.fitted, fit.test, fit.fitted.policy, fit.estimates);
      own.find(({ router }) => router === fit.label)!.scores.push(replay.score);
    }
    cells.push(...own);
  }
  return { cells, splits: input.seeds.map((seed) => splits.get(seed)!) };
}

function withProgress(input: AnalysisInput, { name }: NamedEncoder): AnalysisInput {
  return { ...input, onProgress: (done, total, what) => input.onProgress?.(done, total, `${name}, ${what}`) };
}

interface Facts {
  readonly avgAcc: number;
  readonly delta: number;
  readonly low: number;
  readonly high: number;
}

/** Against the same router on the first encoder. */
function facts(cells: readonly Cell[], comparison: Comparison, c: number): Facts {
  const base = cells.findIndex(({ router }) => router === cells[c]!.router);
  const { mean, ci95 } = comparison.difference(c, base);
  return { avgAcc: comparison.mean[c]!, delta: mean, low: ci95[0], high: ci95[1] };
}

function sentence({ router, encoder, delta, low, high }: Cell & Facts, first: string): string {
  const interval = `95 % interval ${points(low)} to ${points(high)}`;
  if (low > 0 || high < 0)
    return `${router} ${low > 0 ? "gains" : "loses"} on "${encoder}": ${points(delta)} points against "${first}" (${interval}).`;
  if (delta === 0 && low === 0 && high === 0) return `${router} does equally well on "${encoder}" and "${first}".`;
  return `${router} on "${encoder}" is not distinguishable from "${first}": ${points(delta)} points (${interval}).`;
}

function table(rows: readonly (Cell & Facts)[], onFirst: number): Answer["tables"][number] {
  return {
    title: "AvgAcc by router and encoder",
    columns: [
      { name: "Router", unit: "text" },
      { name: "Encoder", unit: "text" },
      { name: "AvgAcc", unit: "fraction" },
      { name: "Against the first", unit: "points" },
      { name: "low", unit: "points" },
      { name: "high", unit: "points" },
    ],
    rows: rows.map(({ router, encoder, avgAcc, delta, low, high }, r) => [
      router,
      encoder,
      finiteOrNull(avgAcc),
      ...(r < onFirst ? [null, null, null] : [delta, low, high].map(finiteOrNull)),
    ]),
  };
}
