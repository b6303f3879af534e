/** All data sets, one file each. A set's file, and its line here, are all it takes. */
import type { DatasetDefinition } from "../core/dataset.ts";
import { unknownName } from "../core/near-names.ts";
import { aime } from "./aime.ts";
import { arcAgi } from "./arc-agi.ts";
import { arcChallenge } from "./arc-c.ts";
import { arenaHard } from "./arena-hard.ts";
import { bbh } from "./bbh.ts";
import { dailydialog } from "./dailydialog.ts";
import { emorynlp } from "./emorynlp.ts";
import { finqa } from "./finqa.ts";
import { frontierscience, frontierscienceExtraction } from "./frontierscience.ts";
import { gpqa } from "./gpqa.ts";
import { knightsAndKnaves } from "./knights-and-knaves.ts";
import { hle } from "./hle.ts";
import { humaneval, humanevalBlind } from "./humaneval.ts";
import { korbench } from "./korbench.ts";
import { livecodebenchPrivateTests } from "./livecodebench-private-tests.ts";
import { livecodebench } from "./livecodebench.ts";
import { livemathbench } from "./livemathbench.ts";
import { math500 } from "./math500.ts";
import { mathbench } from "./mathbench.ts";
import { mbpp } from "./mbpp.ts";
import { medqa } from "./medqa.ts";
import { meld } from "./meld.ts";
import { mmluPro } from "./mmlu-pro.ts";
import { riddlesense } from "./riddlesense.ts";
import { sfe } from "./sfe.ts";
import { sgibenchDeepResearch } from "./sgibench-deepresearch.ts";
import { sgibenchDryExperiment } from "./sgibench-dryexperiment.ts";
import { sgibenchIdeaGeneration } from "./sgibench-ideageneration.ts";
import { sgibenchWetExperiment } from "./sgibench-wetexperiment.ts";
import { simpleqa } from "./simpleqa.ts";
import { studenteval } from "./studenteval.ts";
import { sweBench } from "./swe-bench.ts";
import { tau2Bench } from "./tau2-bench.ts";
import { truthfulqa } from "./truthfulqa.ts";
import { winogrande } from "./winogrande.ts";

export const datasets: readonly DatasetDefinition[] = [
  mmluPro,
  gpqa,
  medqa,
  arcChallenge,
  winogrande,
  mathbench,
  truthfulqa,
  riddlesense,
  emorynlp,
  meld,
  dailydialog,
  aime,
  math500,
  livemathbench,
  finqa,
  korbench,
  bbh,
  knightsAndKnaves,
  arcAgi,
  sgibenchWetExperiment,
  sgibenchDryExperiment,
  humaneval,
  humanevalBlind,
  mbpp,
  studenteval,
  livecodebench,
  livecodebenchPrivateTests,
  simpleqa,
  hle,
  frontierscience,
  frontierscienceExtraction,
  sfe,
  arenaHard,
  sgibenchDeepResearch,
  sgibenchIdeaGeneration,
  sweBench,
  tau2Bench,
];

/**
 * The set a name in results stands for: its id or an alias, spelled with any case and separators, or one of them before
 * an underscore: "mmlupro_biology" is a part of MMLU-Pro.
 * @param known where to look: the built-in sets, and the user's own where there are any
 */
export function findDataset(
  name: string,
  known: readonly DatasetDefinition[] = datasets,
): DatasetDefinition | undefined {
  const parts = name.split("_");
  for (let length = parts.length; length > 0; length--) {
    const wanted = folded(parts.slice(0, length).join(""));
    const found = known.find(({ id, aliases }) => [id, ...aliases].some((own) => folded(own) === wanted));
    if (found) return found;
  }
  return undefined;
}

/** @throws UsageError with the near names for an unknown one. */
export function datasetByName(name: string, known: readonly DatasetDefinition[] = datasets): DatasetDefinition {
  const found = findDataset(name, known);
  if (found) return found;
  throw unknownName(
    "data set",
    name,
    known.filter(({ vectorsOnly }) => !vectorsOnly).map(({ id }) => id),
  );
}

function folded(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z0-9]/g, "");
}
