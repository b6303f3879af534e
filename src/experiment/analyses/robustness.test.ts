import { describe, expect, test } from "vitest";
import { analysisInput } from "../../../test/support/analysis-input.ts";
import { islandEach } from "../../../test/support/known-answers.ts";
import { givenEncoder } from "../../../test/support/tables.ts";
import type { Analysis } from "../../core/analysis.ts";
import { seededRandom } from "../../math/random.ts";
import { searchGadget } from "./gadget-search.ts";
import type { Worth } from "./gadget-search.ts";
import { analyze } from "./registry.ts";
import { robustness } from "./robustness.ts";

// The first island's model costs a tenth of the second's; the words of a prompt name its island.
const { table } = islandEach(200);
const run = (routers: readonly string[]): Promise<Analysis> => analyze(robustness, analysisInput(table, routers));

describe("analyze robustness", () => {
  test("finds the words of the dear island, which move prompts of the cheap one, at ten times the price", async () => {
    const { tables, findings, charts } = await run(["knn"]);
    const [decisions, costs, prefixes] = tables.map(({ rows }) => rows[0]!);
    const [, couldMove, byChance, found, low, high, toDearest] = decisions as number[];
    expect(found).toBeLessThanOrEqual(couldMove!);
    // Two of five prompts are of the cheap island, and no other can move to a dearer model.
    expect(found).toBeGreaterThan(0.3);
    expect(found).toBeLessThan(0.5);
    expect([low! <= found!, found! <= high!]).toEqual([true, true]);
    expect(toDearest).toBe(found);
    expect(byChance).toBeLessThan(found!);
    const [, plainUsd, attackedUsd, times] = costs as number[];
    expect(times).toBeCloseTo(attackedUsd! / plainUsd!, 9);
    expect(attackedUsd! - plainUsd!).toBeCloseTo(0.009 * found!, 6);
    expect(prefixes!.at(-1)).toMatch(/contract|liability/);
    expect(findings[0]).toMatch(/^knn: 10 random words .* times as much/);
    expect(charts).toHaveLength(1);
  });

  test("a router that reads no prompt cannot be steered", async () => {
    const { findings, tables } = await run(["best-single"]);
    expect(findings).toEqual(["best-single: no prefix that was tried moves a decision to a dearer model."]);
    expect(tables[0]!.rows[0]!.slice(2)).toEqual([0, 0, 0, 0, 0]);
  });

  test("gives the same words for the same data, router and seed", async () => {
    expect(await run(["text-linear"])).toEqual(await run(["text-linear"]));
  });

  test("refuses vectors without what made them, and data without costs", async () => {
    const input = analysisInput(table, ["knn"]);
    const unpriced = { ...table, costUsd: { ...table.costUsd, data: table.costUsd.data.map(() => NaN) } };
    await expect(
      analyze(robustness, { ...input, encoders: [{ name: "given", choice: givenEncoder(islandEach(200)) }] }),
    ).rejects.toThrow(/needs an encoder/);
    await expect(analyze(robustness, { ...input, table: unpriced })).rejects.toThrow(/no cost is known/);
  });
});

test("the search climbs: of words that are worth their number it finds better ones than any it began with", async () => {
  const drawn = seededRandom("climb");
  const sum = (prefix: string): number => prefix.split(" ").reduce((total, word) => total + Number(word), 0);
  // All prices are alike: the slope alone is climbed.
  const worth = async (prefix: string): Promise<Worth> => ({ price: 1, nearness: sum(prefix) });
  const { best, random } = await searchGadget({ draw: () => String(drawn.below(50)), worth });
  expect(sum(best)).toBeGreaterThan(Math.max(...random.map(sum)));
});
