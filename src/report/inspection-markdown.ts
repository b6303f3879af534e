/** The inspection as GitHub Markdown. All models and data sets are shown. */
import type { Inspection } from "../core/report.ts";
import { plural } from "../core/plural.ts";
import { count, dash, percent, usd } from "./format.ts";
import { complementaritySentences, dataSentences, headroomSentence } from "./inspection-sentences.ts";
import { escaped, markdownTable } from "./markdown.ts";

/** Headroom, reference lines, data sets, models, complementarity, the state of the data. */
export function inspectionToMarkdown(inspection: Inspection): string {
  const { data, prompts, models, datasets } = inspection;
  const sentences = [...complementaritySentences(inspection), ...dataSentences(inspection), ...data.warnings];
  return [
    `# ${escaped(data.name)}: what is in it?`,
    `**${escaped(headroomSentence(inspection))}**`,
    `${plural(prompts, "prompt")}, ${plural(models, "model")}, ${plural(datasets, "data set")}. Accuracies in %.`,
    "## Reference lines",
    markdownTable(referenceRows(inspection)),
    "## Data sets",
    markdownTable(datasetRows(inspection)),
    "## Models",
    markdownTable(modelRows(inspection)),
    "## In words",
    sentences.map((sentence) => `- ${escaped(sentence)}`).join("\n"),
    "",
  ].join("\n\n");
}

function referenceRows({ bestSingle, datasetOracle, oracle, random }: Inspection): string[][] {
  const row = (title: string, line: Inspection["oracle"]) => [
    title,
    line.name === undefined ? "" : escaped(line.name),
    percent(line.avgAcc, 2),
    percent(line.sampleMean, 2),
    usd(line.totalCostUsd),
  ];
  return [
    ["Line", "Model", "AvgAcc", "Mean", "Cost USD"],
    row("best single model", bestSingle),
    row("best model per data set", datasetOracle),
    row("oracle, best model per prompt", oracle),
    row("random model, expected", random),
  ];
}

function datasetRows({ datasetRows: rows }: Inspection): string[][] {
  return [
    ["Data set", "Best model", "Prompts", "Best", "Random", "Oracle", "None right"],
    ...rows.map((row) => [
      escaped(row.label),
      row.bestModel === null ? dash : escaped(row.bestModel),
      count(row.prompts),
      percent(row.best),
      percent(row.random),
      percent(row.oracle),
      percent(row.allWrong),
    ]),
  ];
}

function modelRows({ modelRows: rows }: Inspection): string[][] {
  return [
    ["Model", "Data sets", "AvgAcc", "Mean", "Cost USD", "USD per query", "Only it solves", "Failed", "Missing"],
    ...rows
      .toSorted((a, b) => (b.avgAcc ?? -1) - (a.avgAcc ?? -1))
      .map((row) => [
        escaped(row.name),
        count(row.datasetsCovered),
        percent(row.avgAcc),
        percent(row.sampleMean),
        usd(row.totalCostUsd),
        usd(row.meanCostUsd),
        count(row.uniqueSolves),
        count(row.failed),
        count(row.missing),
      ]),
  ];
}
