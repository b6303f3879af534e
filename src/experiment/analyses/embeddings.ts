/** The same routers on two or more encoders: does a larger one pay? (the paper's embedding ablation, Table 5) */
import { finiteOrNull } from "../../core/report.ts";
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

  async run(input): Promise<Answer> {
    const { cells, splits } = await measure(input);
    const comparison = compareValues(
      input.table,
      splits,
      cells.map(({ scores }) => scores),
      input.draws,
    );
    const rows = cells.map((cell, c) => ({ ...cell, ...facts(cells, comparison, c) }));
    return {
      findings: rows.filter(({ encoder }) => encoder !== rows[0]!.encoder).map(sentence),
      tables: [table(rows)],
      charts: [
        {
          kind: "intervals",
          title: `AvgAcc against the same router on ${rows[0]!.encoder}`,
          x: "points of AvgAcc",
          unit: "points",
          rows: rows
            .filter(({ encoder }) => encoder !== rows[0]!.encoder)
            .map(({ encoder, router, delta, low, high }) => ({
              name: `${router}, ${encoder}`,
              value: finiteOrNull(delta),
              low: finiteOrNull(low),
              high: finiteOrNull(high),
            })),
        },
      ],
    };
  },
};

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

function sentence({ router, encoder, delta, low, high }: Cell & Facts): string {
  const interval = `95 % interval ${points(low)} to ${points(high)}`;
  if (low > 0 || high < 0)
    return `${router} ${low > 0 ? "gains" : "loses"} on ${encoder}: ${points(delta)} points (${interval}).`;
  return `${router} on ${encoder} is not distinguishable from the first encoder: ${points(delta)} points (${interval}).`;
}

function table(rows: readonly (Cell & Facts)[]): Answer["tables"][number] {
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
    rows: rows.map(({ router, encoder, avgAcc, delta, low, high }) => [
      router,
      encoder,
      finiteOrNull(avgAcc),
      finiteOrNull(delta),
      finiteOrNull(low),
      finiteOrNull(high),
    ]),
  };
}
