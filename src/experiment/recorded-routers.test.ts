import { describe, expect, test } from "vitest";
import { oneExpert } from "../../test/support/tables.ts";
import { selectTableModels } from "../core/outcome-table.ts";
import type { OutcomeTable } from "../core/outcome-table.ts";
import { cellStatus } from "../core/outcome-table.ts";
import type { Report } from "../core/report.ts";
import { reportToHtml } from "../report/html.ts";
import { reportToMarkdown } from "../report/markdown.ts";
import { reportToTerminal } from "../report/terminal.ts";
import { compareRouters } from "./compare.ts";
import type { RecordedRouters } from "./recorded-routers.ts";

const { table } = oneExpert({ queries: 120, seed: 11 });

/** A hosted router that answers as the pool's second model does, but always right on even rows. */
function hosted(extraOf: (row: number) => object, change: Partial<OutcomeTable> = {}): RecordedRouters {
  const column = selectTableModels(table, Int32Array.of(1));
  const data = column.score.data.map((score, r) => (r % 2 === 0 ? 1 : score));
  return {
    table: { ...column, models: [{ id: "openrouter" }], score: { ...column.score, data }, ...change },
    extra: (row) => JSON.stringify(extraOf(row)),
  };
}

async function compared(recorded?: RecordedRouters): Promise<Report> {
  return await compareRouters(table, {
    split: { mode: "native", trainRatio: 0.7, ood: [] },
    seeds: [1, 2],
    routers: ["knn"],
    encoder: { kind: "ngram", options: { dimensions: 8 } },
    name: "toy",
    warnings: [],
    reproduce: "again",
    draws: 200,
    threads: 0,
    recorded,
  });
}

const asked = (row: number): object => ({
  requestedModel: "openrouter/auto",
  servedModel: row % 4 === 0 ? "maker/large" : "maker/small",
  asked_at: "2026-11-20T10:00:00Z",
});

/** All but the clocks. */
function numbersOf({ recorded: _recorded, routers, ...rest }: Report): object {
  return { ...rest, routers: routers.map((router) => ({ ...router, fitSeconds: 0, decisionMicros: 0 })) };
}

describe("a recorded hosted router", () => {
  test("changes nothing else in the report", async () => {
    expect(numbersOf(await compared(hosted(asked)))).toEqual(numbersOf(await compared()));
  });

  test("is read on the test prompts, paired with the best single model, with who answered", async () => {
    const { recorded, routers } = await compared(hosted(asked));
    const [row] = recorded!;
    const best = routers.find(({ name }) => name === "best-single")!;
    expect(row!.name).toBe("openrouter");
    expect(row!.day).toBe("2026-11-20");
    expect(row!.avgAcc.mean! - best.avgAcc.mean!).toBeCloseTo(row!.deltaBestSingle.mean!, 9);
    expect(row!.avgAcc.ci95![0]).toBeLessThan(row!.avgAcc.mean!);
    expect(row!.requestedModels).toEqual(["openrouter/auto"]);
    expect(row!.servedBy).toEqual([
      { model: "maker/small", share: 0.75 },
      { model: "maker/large", share: 0.25 },
    ]);
    expect(row!.testPrompts).toBe(row!.ofTestPrompts);
    expect(row!.totalCostUsd).toBeGreaterThan(0);
    expect(row!.distanceToFront).toBeGreaterThanOrEqual(0);
  });

  test("is a row per day, never an average over days", async () => {
    const { recorded } = await compared(hosted((row) => ({ date: row < 60 ? "2026-11-20" : "2026-11-21" })));
    expect(recorded!.map(({ day, prompts }) => [day, prompts])).toEqual([
      ["2026-11-20", 60],
      ["2026-11-21", 60],
    ]);
  });

  test("that covers a part is read on that part, and has no total cost", async () => {
    const status = table.prompts.map((_, r) => (r % 3 === 0 ? cellStatus.missing : cellStatus.scored));
    const { recorded } = await compared(hosted(asked, { status: Uint8Array.from(status) }));
    expect(recorded![0]!.testPrompts).toBeLessThan(recorded![0]!.ofTestPrompts);
    expect(recorded![0]!.totalCostUsd).toBeNull();
    expect(recorded![0]!.distanceToFront).toBeNull();
    expect(recorded![0]!.avgAcc.mean).not.toBeNull();
  });

  test("stands in every view a person reads", async () => {
    const report = await compared(hosted(asked));
    const views = [
      reportToTerminal(report, { colour: false, width: 100 }),
      reportToMarkdown(report),
      await reportToHtml(report),
    ];
    for (const view of views) {
      expect(view).toContain("openrouter 2026-11-20");
      expect(view).toContain("maker/small 75 %");
    }
    expect(views[2]).toMatch(/<svg[\s\S]*openrouter 2026-11-20/);
  });
});
