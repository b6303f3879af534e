/** All analyses. A plain list: adding one is one file and one line here. */
import { UsageError } from "../../core/errors.ts";
import type { Analysis } from "../../core/analysis.ts";
import { unknownName } from "../../core/near-names.ts";
import { routerByName } from "../../routers/registry.ts";
import type { AnalysisInput, AnalysisKind } from "./analysis.ts";
import { complementarity } from "./complementarity.ts";
import { curation } from "./curation.ts";
import { embeddings } from "./embeddings.ts";
import { latency } from "./latency.ts";
import { onboarding } from "./onboarding.ts";
import { online } from "./online.ts";
import { ood } from "./ood.ts";
import { poolSize } from "./pool-size.ts";
import { recall } from "./recall.ts";
import { robustness } from "./robustness.ts";

export const analyses: readonly AnalysisKind[] = [
  complementarity,
  recall,
  embeddings,
  poolSize,
  curation,
  latency,
  ood,
  onboarding,
  online,
  robustness,
];

/** @throws UsageError with the near names for an unknown analysis. */
export function analysisByName(name: string): AnalysisKind {
  const found = analyses.find((candidate) => candidate.name === name);
  if (found) return found;
  throw unknownName(
    "analysis",
    name,
    analyses.map((analysis) => analysis.name),
  );
}

/**
 * Runs one analysis and states the facts all of them share. A seed or router given twice counts once.
 * @throws UsageError for an empty or unscored table, too few models or data sets, an unknown router, or one that reads the outcomes.
 */
export async function analyze(kind: AnalysisKind, given: AnalysisInput): Promise<Analysis> {
  const input = { ...given, seeds: [...new Set(given.seeds)], routers: [...new Set(given.routers)] };
  requireAnswerable(kind, input);
  const { table, name, seeds, routers, encoders } = input;
  return {
    schemaVersion: 1,
    kind: kind.name,
    title: kind.title,
    question: kind.question,
    data: {
      name,
      digest: table.digest,
      prompts: table.prompts.length,
      models: table.models.length,
      datasets: table.datasets.length,
    },
    settings: kind.fits
      ? {
          seeds: seeds.join(", "),
          trainRatio: input.split.trainRatio,
          ...(kind.followsFirst ? { router: routers[0]! } : { routers: routers.join(", ") }),
          ...(kind.comparesEncoders
            ? { encoders: encoders.map((encoder) => encoder.name).join(" and ") }
            : { encoder: encoders[0]!.name }),
        }
      : {},
    ...(await kind.run(input)),
  };
}

function requireAnswerable(kind: AnalysisKind, { table, routers }: AnalysisInput): void {
  if (table.prompts.length === 0 || table.models.length === 0) {
    throw new UsageError({
      problem: "the table is empty",
      mend: "Check the filters: run npx signalbox inspect with them.",
    });
  }
  if (table.models.length < 2) {
    throw new UsageError({
      problem: "asks about a pool of models, and the table has one model",
      where: `analyze ${kind.name}`,
      mend: "Add results of another model, or drop the filter on models.",
    });
  }
  const datasets = kind.leastDatasets ?? 1;
  if (table.datasets.length < datasets) {
    throw new UsageError({
      problem: `needs ${datasets} data sets or more, and the table has ${table.datasets.length}`,
      where: `analyze ${kind.name}`,
      mend: "Add results on another data set, or drop the filter on data sets.",
    });
  }
  if (table.score.data.every((score) => Number.isNaN(score))) {
    throw new UsageError({
      problem: "no answer in the table is scored",
      where: `analyze ${kind.name}`,
      mend: "Score the answers first: npx signalbox inspect says which are unscored.",
    });
  }
  for (const label of routers) {
    if (routerByName(label).router.cheats === false) continue;
    throw new UsageError({
      problem: `"${label}" reads outcomes; an analysis of it says nothing`,
      where: "--routers",
      mend: "Leave it out.",
    });
  }
}
