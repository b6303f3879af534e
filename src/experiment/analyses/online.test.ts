import { describe, expect, test } from "vitest";
import { analysisInput } from "../../../test/support/analysis-input.ts";
import { expertEach } from "../../../test/support/known-answers.ts";
import { tableOf } from "../../../test/support/tables.ts";
import type { Analysis } from "../../core/analysis.ts";
import { SignalboxError, UsageError } from "../../core/errors.ts";
import type { OutcomeTable } from "../../core/outcome-table.ts";
import { selectTableModels } from "../../core/outcome-table.ts";
import { online } from "./online.ts";
import { analyze } from "./registry.ts";

const { table: whole } = expertEach(300);
const run = (table: OutcomeTable, routers: readonly string[]): Promise<Analysis> =>
  analyze(online, analysisInput(table, routers));

describe("analyze online", () => {
  test("where each island has its expert, a bandit told nothing finds them while it serves", async () => {
    const { findings, tables, charts } = await run(whole, ["linucb"]);
    const [bestSingle, frozen, learning, fromNothing] = tables[0]!.rows.map((row) => row[1] as number);
    expect(bestSingle).toBeLessThan(0.5);
    expect(frozen).toBeGreaterThan(0.95);
    expect(learning).toBeGreaterThan(0.95);
    expect(fromNothing).toBeGreaterThan(bestSingle!);
    expect(fromNothing).toBeLessThan(frozen!);
    expect(findings[0]).toContain("no difference beyond noise");
    const [chart] = charts;
    if (chart?.kind !== "lines") throw new Error("no curve");
    const cold = chart.series.find(({ name }) => name === "learning from nothing")!.points;
    expect(cold.at(-1)!.y).toBeGreaterThan(cold[0]!.y!);
    expect(cold.at(-1)!.low).toBeLessThan(cold.at(-1)!.y!);
  });

  test("follows every bandit named, and says of the others why they are not there", async () => {
    const { tables, charts, findings } = await run(whole, ["thompson", "knn", "best-single", "linucb"]);
    expect(tables.map(({ title }) => title)).toEqual(["thompson over the test part", "linucb over the test part"]);
    expect(charts).toHaveLength(2);
    expect(findings.at(-1)).toBe("knn does not learn while it serves, so it is not in the table.");
  });

  test("refuses where no router named can learn, and names those that can", async () => {
    const refused = run(whole, ["knn", "linear"]);
    await expect(refused).rejects.toThrow(UsageError);
    await expect(refused).rejects.toMatchObject({ mend: expect.stringContaining("linucb, thompson") });
  });

  test.each([
    ["of one model", selectTableModels(whole, Int32Array.of(0))],
    ["of equal scores", { ...whole, score: { ...whole.score, data: whole.score.data.map(() => 1) } }],
    ["without costs", { ...whole, costUsd: { ...whole.costUsd, data: whole.costUsd.data.map(() => NaN) } }],
    ["of one prompt", tableOf({ score: [[1, 0]] })],
  ])("a table %s: an answer without a NaN, or a refusal in words", async (_, table) => {
    const outcome = await run(table, ["linucb", "thompson"]).catch((error: unknown) => error);
    if (outcome instanceof Error) expect((outcome as SignalboxError).mend).toBeTruthy();
    else expect(JSON.stringify((outcome as Analysis).findings)).not.toMatch(/NaN|undefined|Infinity/);
  });
});
