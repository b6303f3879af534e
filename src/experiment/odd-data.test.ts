/** Data that are not one record for each of many different prompts: repeated texts, models asked in part, sets too small to split. */
import { describe, expect, test } from "vitest";
import { givenEncoder, tableOf } from "../../test/support/tables.ts";
import type { OutcomeTable } from "../core/outcome-table.ts";
import type { Report } from "../core/report.ts";
import { matrix32 } from "../math/matrix.ts";
import { compareRouters } from "./compare.ts";

function compareOn(table: OutcomeTable, seeds: readonly number[] = [42, 999]): Promise<Report> {
  const vectors = matrix32(table.prompts.length, 2);
  return compareRouters(table, {
    split: { mode: "native", trainRatio: 0.7, ood: [] },
    seeds,
    routers: ["cheapest"],
    encoder: givenEncoder({ table, vectors }),
    name: "made up",
    warnings: [],
    reproduce: "signalbox compare made-up",
    draws: 1000,
    threads: 0,
  });
}

function widthOf({ routers }: Report, name: string): number {
  const [low, high] = routers.find((row) => row.name === name)!.avgAcc.ci95!;
  return high - low;
}

/** 40 texts that two models answer, the first right three times of four, the second one time of two; each text `times` times. */
function repeated(times: number): OutcomeTable {
  const texts = Array.from({ length: 40 * times }, (_, i) => Math.floor(i / times));
  return tableOf({
    prompts: texts.map((text) => `text ${text}`),
    score: texts.map((text) => [Number(text % 4 !== 0), Number(text % 2 === 0)]),
  });
}

describe("prompts that repeat", () => {
  test("are one observation: rows of the same text make no interval narrower", async () => {
    const [once, often] = [await compareOn(repeated(1)), await compareOn(repeated(20))];
    // 20 rows of each text taken for 20 prompts would make it a fourth as wide.
    for (const name of ["best-single", "cheapest"])
      expect(widthOf(often, name) / widthOf(once, name)).toBeGreaterThan(0.6);
    expect(widthOf(once, "best-single")).toBeGreaterThan(0.3);
  });
});

describe("a model that was asked part of the prompts", () => {
  const rows = Array.from({ length: 100 }, (_, i) => i);

  test("is not the best single model for having been asked what is easy", async () => {
    // Even prompts are easy: `partial` was asked only those, and is right nine times of ten there; `full` is right on 75 of 100.
    const table = tableOf({
      models: ["partial", "full"],
      score: rows.map((i) => [i % 2 === 0 ? Number(i % 20 !== 0) : NaN, Number(i % 4 !== 1)]),
    });
    const report = await compareOn(table);
    expect(report.bestSingle.name).toBe("full");
  });

  test("is the best single model where it beats the others for all that", async () => {
    const table = tableOf({
      models: ["partial", "full"],
      score: rows.map((i) => [i % 10 === 0 ? NaN : 1, Number(i % 2 === 0)]),
    });
    expect((await compareOn(table)).bestSingle.name).toBe("partial");
  });
});

test("a data set that only some seeds leave something to test of is named, with what to do", async () => {
  const texts = ["other", ...Array.from({ length: 9 }, () => "same")];
  const table = tableOf({
    datasetOf: [...Array.from({ length: 30 }, () => "large"), ...texts.map(() => "small")],
    prompts: [...Array.from({ length: 30 }, (_, i) => `text ${i}`), ...texts],
    score: Array.from({ length: 40 }, (_, i) => [i % 2, 1]),
  });
  const seeds = Array.from({ length: 12 }, (_, i) => i);
  await expect(compareOn(table, seeds)).rejects.toThrow(/none to test of small.*--exclude-datasets small/);
});
