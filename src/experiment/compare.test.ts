import { describe, expect, test } from "vitest";
import { InterruptedError, UsageError } from "../core/errors.ts";
import type { OutcomeTable } from "../core/outcome-table.ts";
import { reportSchema } from "../core/report.ts";
import type { Report } from "../core/report.ts";
import { allAlike, givenEncoder, oneExpert, tableOf, withAnswers, withHoles } from "../../test/support/tables.ts";
import type { Sample } from "../../test/support/tables.ts";
import { routers } from "../routers/registry.ts";
import { chooseRouters, compareRouters } from "./compare.ts";
import type { CompareOptions } from "./compare-options.ts";

const sample = oneExpert({ queries: 90, seed: 6 });

function compareOn({ table, vectors }: Sample, options: Partial<CompareOptions> = {}): Promise<Report> {
  return compareRouters(table, {
    split: { mode: "native", trainRatio: 0.7, ood: [] },
    seeds: [42, 999],
    encoder: givenEncoder({ table, vectors }),
    name: "made up",
    warnings: [],
    reproduce: "signalbox compare made-up",
    draws: 1200,
    threads: 0,
    ...options,
  });
}

/** The report without what a clock put in. */
function untimed(report: Report): Report {
  const row = (router: Report["routers"][number]): Report["routers"][number] => ({
    ...router,
    fitSeconds: null,
    decisionMicros: { p50: null, p99: null },
  });
  return { ...report, routers: report.routers.map(row) };
}

describe("the report", () => {
  test("is what its schema says, for every router of the registry", async () => {
    const names = routers.map(({ name }) => name);
    const report = await compareOn({ ...sample, table: withAnswers(sample.table) }, { routers: names });
    expect(reportSchema.parse(structuredClone(report))).toEqual(report);
    expect(report.routers.map(({ name }) => name)).toEqual(names);
  }, 180_000);

  test("says before anything else that a handful of prompts concludes nothing", async () => {
    const few = await compareOn(oneExpert({ queries: 12, seed: 6 }), { routers: ["best-single"], seeds: [42] });
    expect(few.verdict).toMatch(/^Too few prompts to conclude anything: \d are tested\. On these prompts/);
    expect(few.findings[0]).toMatch(/^Only \d prompts are tested: too few to rank routers/);
  });

  test("leaves out what this table cannot serve, with the reason; by name it is an error", async () => {
    const report = await compareOn(sample, { seeds: [42] });
    expect(report.routers.map(({ name }) => name)).toEqual(
      routers.filter(({ name, diagnostic }) => name !== "agreement" && !diagnostic).map(({ name }) => name),
    );
    expect(report.findings).toContainEqual(
      expect.stringMatching(/^agreement is left out, because it cannot be fitted here: .*no answers/),
    );
    await expect(compareOn(sample, { routers: ["agreement"] })).rejects.toThrow("no answers");
  });

  test("is what its schema says for a table with holes and without prices, costs being null", async () => {
    const { table, vectors } = withHoles(sample, 0.1);
    const free = {
      ...table,
      costUsd: { ...table.costUsd, data: table.costUsd.data.map((c) => (Number.isNaN(c) ? NaN : 0)) },
    };
    const report = await compareOn({ table: free, vectors }, { routers: ["knn", "cheapest"] });
    expect(reportSchema.parse(structuredClone(report))).toEqual(report);
    expect(report.data).toMatchObject({ hasCost: false, missing: table.status.filter((s) => s === 3).length });
    for (const { totalCostUsd, perfGain, costSave, sweep } of report.routers) {
      expect([totalCostUsd, perfGain, costSave, sweep]).toEqual([null, null, null, []]);
    }
  });

  test("does not change when run again", async () => {
    expect(untimed(await compareOn(sample))).toEqual(untimed(await compareOn(sample)));
  });

  // Slow for a reason: two threads have to start.
  test("is the same on this thread and on two others, the offline encoder included", async () => {
    const ngram = { kind: "ngram", options: { dimensions: 8, buckets: 256 } } as const;
    for (const encoder of [givenEncoder(sample), ngram]) {
      const options = { encoder, routers: ["knn", "linear", "avengers"] };
      const alone = await compareOn(sample, { ...options, threads: 0 });
      const shared = await compareOn(sample, { ...options, threads: 2 });
      expect(untimed(shared)).toEqual(untimed(alone));
    }
  });

  test("names the seeds, the split of each and one hash over them", async () => {
    const report = await compareOn(sample, { routers: [] });
    expect(report.seeds).toEqual([42, 999]);
    expect(report.split.manifests.map(({ seed, train, test: tested }) => [seed, train, tested])).toEqual([
      [42, 63, 27],
      [999, 63, 27],
    ]);
    expect(report.split.hash).toMatch(/^[0-9a-f]{64}$/);
  });

  test("keeps a data set that is out of distribution out of training, and says how routers do there", async () => {
    const { table, vectors } = sample;
    const datasets = ["near", "far"].map((dataset) => ({ dataset, split: "test" }));
    const datasetOf = table.datasetOf.map((_, i) => i % 2);
    const mixed = { ...table, datasets, datasetOf };
    const options = { routers: ["knn"], split: { mode: "native", trainRatio: 0.7, ood: ["far"] } } as const;
    const report = await compareOn({ table: mixed, vectors }, options);
    expect(report.split).toMatchObject({
      ood: ["far"],
      manifests: [
        { train: 31, test: 59 },
        { train: 31, test: 59 },
      ],
    });
    expect(report.data.datasetReports.map(({ dataset, ood }) => [dataset, ood])).toEqual([
      ["near", false],
      ["far", true],
    ]);
    const [knn, single] = ["knn", "best-single"].map(
      (label) => report.routers.find(({ name }) => name === label)!.accuracyByDataset[1]!,
    );
    const words = [knn, single].map((share) => `${(100 * share!).toFixed(1)} %`);
    expect(report.findings).toContainEqual(
      expect.stringMatching(`^far.*, never trained on: knn ${words[0]}, best single model \\(.*\\) ${words[1]}\\.$`),
    );
    expect((await compareOn(sample, { routers: ["knn"] })).findings.join()).not.toContain("never trained on");
  });

  test("marks who cheats, and tests only those who compete", async () => {
    const report = await compareOn(sample);
    const cheating = report.routers.filter(({ cheats }) => cheats !== false).map(({ name }) => name);
    expect(cheating).toEqual(["dataset-best", "dataset-oracle", "oracle"]);
    const ranked = new Set(report.pairwise.flatMap(({ a, b }) => [a, b]));
    for (const name of [...cheating, "random", "cheapest", "priciest"]) expect(ranked.has(name)).toBe(false);
    expect(ranked.has("best-single")).toBe(true);
  });
});

describe("the collapse alarm", () => {
  test("rings for a router that sends everything to one model", async () => {
    const { vectors } = sample;
    const dominated = tableOf({
      score: Array.from({ length: 90 }, (_, i) => [1, i % 3 === 0 ? 1 : 0, 0]),
      costUsd: Array.from({ length: 90 }, () => [0.001, 0.002, 0.003]),
    });
    const report = await compareOn({ table: dominated, vectors }, { routers: ["avengers"] });
    const row = report.routers.find(({ name }) => name === "avengers")!;
    expect(row.collapse).toContain("avengers is one model in disguise: it sends 100");
  });

  test("is silent for a router that uses its pool, and for lines that are one model by design", async () => {
    const report = await compareOn(oneExpert({ queries: 200, seed: 6 }), { routers: ["knn", "cheapest"] });
    expect(report.routers.filter(({ collapse }) => collapse !== null)).toEqual([]);
  });

  test("says so when a router cannot be told from the best single model", async () => {
    const report = await compareOn(allAlike({ queries: 200, seed: 2 }), { routers: ["knn"] });
    expect(report.routers.find(({ name }) => name === "knn")!.collapse).toContain(
      "not distinguishable from the best single model",
    );
  });
});

describe("which routers", () => {
  test("the four reference lines are always there, in the registry's order", () => {
    expect(chooseRouters({ routers: ["knn"] }).map(({ label }) => label)).toEqual([
      "random",
      "best-single",
      "knn",
      "dataset-oracle",
      "oracle",
    ]);
  });

  test("a name given twice counts once; presets and fixed options are kept", () => {
    const chosen = chooseRouters({ routers: ["knn", "knn", "avengers/reference"], routerOptions: { knn: { k: 7 } } });
    expect(chosen.map(({ label }) => label)).toContain("avengers/reference");
    expect(chosen.filter(({ label }) => label === "knn").map(({ fixed }) => fixed)).toEqual([{ k: 7 }]);
  });

  test("what the user fixed is not searched", async () => {
    const report = await compareOn(sample, { routers: ["knn"], routerOptions: { knn: { k: 7 } } });
    expect(report.routers.find(({ name }) => name === "knn")!.options).toMatchObject({ k: 7 });
  });

  test("the baseline can be named by the user", async () => {
    const report = await compareOn(sample, { routers: [], bestSingle: "model-2" });
    expect(report.bestSingle).toEqual({ name: "model-2", pickedOn: "the user's word" });
  });
});

describe("bad requests", () => {
  const empty: OutcomeTable = tableOf({ score: [], models: ["m1"] });

  test.each<[string, Sample, Partial<CompareOptions>, string]>([
    ["an unknown router", sample, { routers: ["avenger"] }, 'Did you mean "avengers"'],
    ["an unknown preset", sample, { routers: ["knn/votes"] }, 'Did you mean "vote"'],
    ["an unknown baseline", sample, { bestSingle: "model-9" }, 'unknown model "model-9"'],
    ["an unknown option", sample, { routerOptions: { knn: { neighbours: 3 } } }, "Known options: k, weights"],
    ["an option out of range", sample, { routerOptions: { knn: { k: 0 } } }, "options of knn, k"],
    ["no seed", sample, { seeds: [] }, "no seed given"],
    ["a seed given twice", sample, { seeds: [1, 1] }, "seed 1 is given twice"],
    ["an empty table", { table: empty, vectors: { ...sample.vectors, rows: 0 } }, {}, "the table is empty"],
    [
      "vectors of another table",
      { ...sample, table: tableOf({ score: [[1]] }) },
      { seeds: [42] },
      "90 vectors for 1 prompt",
    ],
  ])("%s is an error that says what to do", async (_, from, options, message) => {
    await expect(compareOn(from, options)).rejects.toThrow(message);
  });

  test("an unknown name is the user's to mend: exit code 2", async () => {
    await expect(compareOn(sample, { routers: ["avenger"] })).rejects.toThrow(UsageError);
  });

  test("one prompt cannot be split, and the message says so", async () => {
    const one = { table: tableOf({ score: [[1, 0]] }), vectors: { ...sample.vectors, rows: 1 } };
    await expect(compareOn(one)).rejects.toThrow("0 training and 1 test prompts of 1");
  });

  test("one model leaves nothing to route, and every line is that model", async () => {
    const only = tableOf({ score: Array.from({ length: 90 }, (_, i) => [i % 2]) });
    const report = await compareOn({ table: only, vectors: sample.vectors }, { routers: ["knn", "avengers"] });
    expect(report.verdict).toContain("no router beats the best single model (m1)");
    expect(new Set(report.routers.map(({ avgAcc }) => avgAcc.mean)).size).toBe(1);
  });

  test("an aborted signal stops it", async () => {
    await expect(compareOn(sample, { signal: AbortSignal.abort() })).rejects.toThrow(InterruptedError);
  });
});
