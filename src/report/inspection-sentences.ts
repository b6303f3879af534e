/** The inspection in words: headroom, complementarity, and how whole the data is. */
import type { Inspection } from "../core/report.ts";
import { plural } from "../core/plural.ts";
import { count, percent, signedPoints } from "./format.ts";

/** The share of the oracle's accuracy at which a subset of models counts as enough. */
const nearlyOracle = 0.99;

/** The first thing to know: how much routing could bring at most. */
export function headroomSentence({ complementarity, bestSingle, oracle, models }: Inspection): string {
  if (models < 2) return "There is one model only, so there is nothing to route between.";
  const { headroom } = complementarity;
  if (headroom === null) return "How much routing could bring is unknown: no accuracy is defined on this data.";
  const name = bestSingle.name ?? "the best single model";
  if (headroom <= 0) return `Routing cannot bring anything here: ${name} is as good as the oracle.`;
  return (
    `Routing could bring at most ${signedPoints(headroom).slice(1)} points: ` +
    `the best single model, ${name}, reaches ${percent(bestSingle.avgAcc)} %, ` +
    `the best model for every prompt ${percent(oracle.avgAcc)} %.`
  );
}

/** Headroom by task, the best pair, how few models suffice, and where the choice matters. */
export function complementaritySentences(inspection: Inspection): string[] {
  const { datasetOracle, bestSingle, models, allCorrect, allWrong } = inspection;
  if (models < 2) return [];
  const sentences: string[] = [];
  if (datasetOracle.avgAcc !== null && bestSingle.avgAcc !== null) {
    const gain = signedPoints(datasetOracle.avgAcc - bestSingle.avgAcc);
    sentences.push(
      `Asking the best model of each data set is worth ${gain} points; more must come from telling prompts of one data set apart.`,
    );
  }
  sentences.push(
    ...pairSentence(inspection),
    ...subsetSentence(inspection),
    `All models are right on ${percent(allCorrect)} % of the prompts and none on ${percent(allWrong)} %: ` +
      "on these it does not matter which model is asked.",
  );
  return sentences;
}

/** Of two models the pair is the whole pool, and the headroom says it already. */
function pairSentence({ complementarity, bestSingle, models }: Inspection): string[] {
  const pair = complementarity.bestSubsets.find(({ size }) => size === 2);
  if (pair === undefined || models < 3) return [];
  return [
    `Best pair: ${pair.models.join(" + ")}. An oracle over these two would reach ${percent(pair.avgAcc)} % ` +
      `(best single model ${percent(bestSingle.avgAcc)} %).`,
  ];
}

function subsetSentence({ complementarity, oracle, models }: Inspection): string[] {
  const target = oracle.avgAcc === null ? Infinity : nearlyOracle * oracle.avgAcc;
  const enough = complementarity.bestSubsets.find((subset) => (subset.avgAcc ?? -1) >= target);
  if (enough !== undefined) {
    const names = enough.models.join(", ");
    return [
      `${enough.size} of the ${plural(models, "model")} ${enough.size === 1 ? "is" : "are"} enough for 99 % of the oracle's accuracy: ${names}.`,
    ];
  }
  const largest = complementarity.bestSubsets.at(-1);
  if (largest === undefined) return [];
  return [
    `The best ${largest.size} of the ${plural(models, "model")}, with an oracle choosing among them, reach ` +
      `${percent(largest.avgAcc)} %, below 99 % of the oracle over all: ${largest.models.join(", ")}.`,
  ];
}

/** Enough to tell two tables apart by eye. */
const hashDigits = 24;

/** How many records there are and what became of the others. */
export function dataSentences({ data, prompts, models, records, failed, unscored, missing }: Inspection): string[] {
  const status =
    failed + unscored + missing === 0
      ? "nothing failed, is unscored or missing"
      : `${count(failed)} failed, ${count(unscored)} unscored, ${count(missing)} missing`;
  const sentences = [`Of ${count(prompts * models)} prompt–model pairs ${count(records)} have a record: ${status}.`];
  return [...sentences, `Content hash ${data.digest.slice(0, hashDigits)}… (whole in --json).`];
}
