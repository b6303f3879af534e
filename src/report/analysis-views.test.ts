/** An analysis as text and as a page: heads that tell columns apart, names that stay whole, signs that mean what they say. */
import { describe, expect, test } from "vitest";
import type { Analysis, AnalysisChart } from "../core/analysis.ts";
import { analysisToHtml } from "./analysis-html.ts";
import { analysisToTerminal, differenceText } from "./analysis-terminal.ts";

function sample(changes: Partial<Analysis> = {}): Analysis {
  return {
    schemaVersion: 1,
    kind: "sample",
    title: "Sample",
    question: "Is it so?",
    data: { name: "toy", digest: "0123456789abcdef0123", prompts: 1550, models: 4, datasets: 3 },
    settings: {},
    findings: ["It is so."],
    tables: [],
    charts: [],
    ...changes,
  };
}

function intervals(better: "higher" | "lower"): AnalysisChart {
  const rows = [{ name: "slow", value: 26, low: 20, high: 31 }];
  return { kind: "intervals", title: "Waits", x: "seconds", unit: "seconds", better, rows };
}

describe("an analysis without settings", () => {
  test("names what was counted and nothing else", async () => {
    const page = (await analysisToHtml(sample())).replaceAll(/\s+/g, " ");
    expect(page).toContain("1,550 prompts, 4 models, 3 data sets; data 0123456789abcdef");
    expect(analysisToTerminal(sample(), { colour: false, width: 100 })).toContain(
      "toy: 1,550 prompts, 4 models, 3 data sets\n",
    );
  });
});

describe("the interval chart", () => {
  test("shows more seconds as bad news and more points as good news", async () => {
    expect(await analysisToHtml(sample({ charts: [intervals("lower")] }))).toContain('stroke="var(--worse)"');
    expect(await analysisToHtml(sample({ charts: [intervals("higher")] }))).toContain('stroke="var(--better)"');
  });

  test("writes differences with their sign, however large", async () => {
    expect(await analysisToHtml(sample({ charts: [intervals("lower")] }))).toContain("+26  [+20, +31]");
    expect([-26, -0.4, 0, 1234].map((value) => differenceText(value, "seconds"))).toEqual([
      "−26",
      "−0.4",
      "0",
      "+1,234",
    ]);
    expect(differenceText(-0.012, "points")).toBe("−1.2");
  });

  test("does not blow a difference of a thousandth of a point up to the whole width", async () => {
    const rows = [{ name: "same", value: -0.00001, low: -0.00002, high: 0 }];
    const chart = { ...intervals("higher"), unit: "points", rows } as AnalysisChart;
    const page = await analysisToHtml(sample({ charts: [chart] }));
    expect(page).toContain(">−1.0</text>");
    expect(page).not.toContain("0.002");
  });
});

describe("the line chart", () => {
  test("has its key above the drawing, a name after its colour", async () => {
    const series = ["a router with a long name", "another one"].map((name) => ({ name, points: [{ x: 1, y: 0.5 }] }));
    const chart: AnalysisChart = {
      kind: "lines",
      title: "T",
      x: "x",
      y: "a quite long name",
      unit: "fraction",
      series,
    };
    const page = await analysisToHtml(sample({ charts: [chart] }));
    const key = page.slice(page.indexOf('<ul class="legend">'), page.indexOf("<svg"));
    for (const { name } of series) expect(key).toContain(`</span>${name}</li>`);
  });
});

describe("a table with names in two columns", () => {
  const names = ["llama-3.1-nemotron-51b-instruct", "llama-3.3-nemotron-super-49b-v1"];
  const table = {
    title: "Pairs",
    columns: [
      { name: "Model", unit: "text" as const },
      { name: "Partner", unit: "text" as const },
      { name: "Gain", unit: "points" as const },
    ],
    rows: [
      [names[0]!, names[1]!, 0.093],
      [names[1]!, names[0]!, 0.021],
    ],
  };

  test("keeps them whole where there is room", () => {
    const text = analysisToTerminal(sample({ tables: [table] }), { colour: false, width: 100 });
    expect(text).toContain(`${names[0]}  ${names[1]}  +9.3`);
  });

  test("clips them on a narrow screen rather than parting them from their numbers", () => {
    const lines = analysisToTerminal(sample({ tables: [table] }), { colour: false, width: 60 }).split("\n");
    expect(lines.find((line) => line.includes("+9.3"))).toMatch(/llama-3\.1.*llama-3\.3/);
  });
});
