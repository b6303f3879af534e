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

/** Headroom by task, the best pair, how few models suffice, and who is right alone. */
export function complementaritySentences(inspection: Inspection): string[] {
  const { complementarity, datasetOracle, bestSingle, models } = inspection;
  if (models < 2) return [];
  const sentences: string[] = [];
  if (datasetOracle.avgAcc !== null && bestSingle.avgAcc !== null) {
    const gain = signedPoints(datasetOracle.avgAcc - bestSingle.avgAcc);
    sentences.push(`Knowing the data set alone is worth ${gain} points; the rest must come from the single prompt.`);
  }
  const pair = complementarity.bestPair;
  if (pair !== null) {
    const gain = signedPoints(pair.gain);
    sentences.push(
      `The best pair is ${pair.models.join(" and ")}: an oracle over these two is ${gain} points above the better of them.`,
    );
  }
  sentences.push(...subsetSentence(inspection));
  sentences.push(
    `All models are right on ${percent(inspection.allCorrect)} % of the prompts, ` +
      `none on ${percent(inspection.allWrong)} %: there the choice is free or vain.`,
  );
  return sentences;
}

function subsetSentence({ complementarity, oracle, models }: Inspection): string[] {
  const target = oracle.avgAcc === null ? Infinity : nearlyOracle * oracle.avgAcc;
  const enough = complementarity.bestSubsets.find((subset) => (subset.avgAcc ?? -1) >= target);
  if (enough !== undefined) {
    const names = enough.models.join(", ");
    return [`${plural(enough.size, "model")} of ${models} reach 99 % of the oracle's accuracy: ${names}.`];
  }
  const largest = complementarity.bestSubsets.at(-1);
  if (largest === undefined) return [];
  return [
    `The best ${plural(largest.size, "model")} of ${models}, perfectly chosen between, reach ${percent(largest.avgAcc)} %, ` +
      `below 99 % of the oracle: ${largest.models.join(", ")}.`,
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
