/**
 * Real results, where $SIGNALBOX_DATA names the shared data folder: an independent scikit-learn run (issue 2) says what
 * the honest routers reach, and each set's README what its prompts hold.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import type { OutcomeTable } from "../src/core/outcome-table.ts";
import type { Inspection, Report } from "../src/core/report.ts";
import { compareRouters, defaultSeeds } from "../src/experiment/compare.ts";
import { inspectTable } from "../src/experiment/inspect.ts";
import { readResults } from "../src/store/read-results.ts";

const dataFolder = process.env["SIGNALBOX_DATA"];

const tables = new Map<string, Promise<OutcomeTable>>();

function tableOfSet(name: string): Promise<OutcomeTable> {
  const loading =
    tables.get(name) ?? readResults(join(dataFolder!, name), { snapshot: "off" }).then(({ table }) => table);
  tables.set(name, loading);
  return loading;
}

interface Expected {
  readonly name: string;
  /** AvgAcc in per cent, by the independent run */
  readonly bestSingle: number;
  readonly oracle: readonly number[];
  readonly avengers: number;
  readonly knn: number;
  readonly linear: number;
  readonly verdict: string;
}

const expected: readonly Expected[] = [
  // 80.3 and 80.4 are both quoted for the oracle of the first set.
  {
    name: "llmrouter-14-tasks",
    bestSingle: 61.7,
    oracle: [80.3, 80.4],
    avengers: 65.3,
    knn: 64.9,
    linear: 64,
    verdict: "beats the best single model (llama-3.1-nemotron-51b-instruct)",
  },
  {
    name: "llmdrift-cost-latency",
    bestSingle: 72.4,
    oracle: [89.7],
    avengers: 72,
    knn: 76.8,
    linear: 79.1,
    verdict: "beats the best single model (gpt-4-0314)",
  },
  {
    name: "mmlu-pro-open-pool",
    bestSingle: 71.1,
    oracle: [95],
    avengers: 69.4,
    knn: 70.1,
    linear: 66.5,
    verdict: "no router beats the best single model",
  },
];

// Slow for a reason: five splits of thousands of prompts, each with its own encoder, on the defaults users get.
describe.runIf(dataFolder).each(expected)("$name over the five seeds", ({ name, ...figures }) => {
  let report: Report;
  const avgAcc = (router: string): number => 100 * report.routers.find((row) => row.name === router)!.avgAcc.mean!;

  beforeAll(async () => {
    report = await compareRouters(await tableOfSet(name), {
      split: { mode: "native", trainRatio: 0.7, ood: [] },
      seeds: defaultSeeds,
      routers: ["avengers", "knn", "linear"],
      encoder: { kind: "ngram" },
      name,
      warnings: [],
      reproduce: "none",
      threads: 2,
    });
  }, 300_000);

  test("best single and oracle are those of the independent run", () => {
    expect(Math.abs(avgAcc("best-single") - figures.bestSingle)).toBeLessThanOrEqual(0.15);
    expect(Math.min(...figures.oracle.map((value) => Math.abs(avgAcc("oracle") - value)))).toBeLessThanOrEqual(0.15);
  });

  test.each(["avengers", "knn", "linear"] as const)("%s is at most 1.5 points below it", (router) => {
    expect(avgAcc(router)).toBeGreaterThanOrEqual(figures[router] - 1.5);
  });

  test(`the verdict is "${figures.verdict}"`, () => {
    expect(report.verdict).toContain(figures.verdict);
  });
});

test.runIf(dataFolder)(
  "on the pool that one model dominates, the agreement cascade is above it (docs/decisions/0018)",
  async () => {
    const report = await compareRouters(await tableOfSet("mmlu-pro-open-pool"), {
      split: { mode: "native", trainRatio: 0.7, ood: [] },
      seeds: defaultSeeds,
      routers: ["agreement"],
      encoder: { kind: "ngram" },
      name: "mmlu-pro-open-pool",
      warnings: [],
      reproduce: "none",
      threads: 2,
    });
    const { deltaBestSingle, totalCostUsd } = report.routers.find(({ name }) => name === "agreement")!;
    expect(deltaBestSingle.ci95![0]).toBeGreaterThan(0);
    expect(totalCostUsd).toBeLessThan(report.routers.find(({ name }) => name === "best-single")!.totalCostUsd!);
  },
  120_000,
);

describe.runIf(dataFolder).each([...expected.map(({ name }) => name), "routellm-mmlu-gsm8k"])(
  "inspecting %s",
  (name) => {
    let inspection: Inspection;
    let readme: string;

    beforeAll(async () => {
      inspection = inspectTable(await tableOfSet(name), name, []);
      readme = readFileSync(join(dataFolder!, name, "README.md"), "utf8");
    }, 120_000);

    test("counts prompts, models, data sets and records as its README does", () => {
      const counts = /prompts: (\d+) .*; models: (\d+); data sets: (\d+); records: (\d+)/.exec(readme)!;
      const { prompts, models, datasets, records } = inspection;
      expect([prompts, models, datasets, records].map(String)).toEqual(counts.slice(1));
    });

    test.each([
      ["best single model", "bestSingle"],
      ["best model per data set (dataset-oracle)", "datasetOracle"],
      ["best model per prompt (oracle)", "oracle"],
      ["random model (expected)", "random"],
    ] as const)("gives the line of the %s to the printed digit", (title, line) => {
      const [, overPrompts = "", overDatasets = ""] = tableRow(readme, title);
      const { sampleMean, avgAcc, name: model } = inspection[line];
      const suffix = line === "bestSingle" ? ` (${model})` : "";
      expect(overPrompts.startsWith(percent(sampleMean))).toBe(true);
      expect(percent(avgAcc) + suffix).toBe(overDatasets);
    });

    // The README counts any credit and full credit, we count from one half on: the same only where scores are 0 or 1.
    if (name !== "llmrouter-14-tasks") {
      test("gives the shares of prompts that none and that all get right", () => {
        const [, none, all] = /no model gets any credit for: ([\d.]+) %; .*full credit for: ([\d.]+) %/.exec(readme)!;
        expect([percent(inspection.allWrong), percent(inspection.allCorrect)]).toEqual([none, all]);
      });
    }

    test("gives every data set's best model, oracle and random line", () => {
      for (const row of inspection.datasetRows) {
        const [, prompts, model, best, oracle, random] = tableRow(readme, row.label);
        expect(String(row.prompts)).toBe(prompts);
        expect([row.bestModel, percent(row.best), percent(row.oracle), percent(row.random)]).toEqual([
          model,
          best,
          oracle,
          random,
        ]);
      }
    });

    test("gives every model's mean score and cost", () => {
      for (const row of inspection.modelRows) {
        const [, score, costUsd] = tableRow(readme, row.name);
        expect([percent(row.sampleMean), row.meanCostUsd!.toFixed(8)]).toEqual([score, costUsd]);
      }
    });
  },
);

/** The cells of the Markdown row whose first cell is `title`. */
function tableRow(markdown: string, title: string): string[] {
  const line = markdown.split("\n").find((candidate) => candidate.startsWith(`| ${title} |`));
  expect(line, `a row "${title}" in the README`).toBeDefined();
  return line!
    .split("|")
    .slice(1, -1)
    .map((cell) => cell.trim());
}

function percent(fraction: number | null): string {
  return (100 * fraction!).toFixed(2);
}
