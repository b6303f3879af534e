import { describe, expect, test } from "vitest";
import { sampleInspection, sampleReport } from "../../test/support/sample-report.ts";
import type { Report } from "../core/report.ts";
import { csvColumns, reportToCsv } from "./csv.ts";
import { inspectionToTerminal } from "./inspection-terminal.ts";
import { inspectionToMarkdown } from "./inspection-markdown.ts";
import { reportToMarkdown } from "./markdown.ts";
import { reportToTerminal } from "./terminal.ts";
import { usd } from "./format.ts";
import { alignedBlocks, widest, withNamesClipped } from "./text-layout.ts";

const golden = "../../test/golden/report";
const plain = { colour: false, width: 120 };

/** Every nullable number unknown. */
function unknown(report: Report): Report {
  const blank = (value: unknown, key = ""): unknown => {
    if (typeof value === "number") return ["k", "missingPicks", "failedPicks"].includes(key) ? value : null;
    if (Array.isArray(value)) return ["ci95", "costSaveCi95"].includes(key) ? null : value.map((entry) => blank(entry));
    if (value === null || typeof value !== "object") return value;
    return Object.fromEntries(Object.entries(value).map(([name, entry]) => [name, blank(entry, name)]));
  };
  return { ...report, routers: report.routers.map((router) => blank(router) as Report["routers"][number]) };
}

describe("the report in the terminal", () => {
  test("is the golden text at 120 columns", async () => {
    await expect(reportToTerminal(sampleReport(), plain)).toMatchFileSnapshot(`${golden}/terminal-120.txt`);
  });

  test("gives up columns, and says which, at 80 columns", async () => {
    const text = reportToTerminal(sampleReport(), { colour: false, width: 80 });
    await expect(text).toMatchFileSnapshot(`${golden}/terminal-80.txt`);
  });

  test.each([80, 100, 120])("keeps every table line within %i columns", (width) => {
    const text = reportToTerminal(sampleReport({ models: 30, datasets: 20 }), { colour: false, width });
    expect(widest(text.split("\n").filter((line) => !line.startsWith("Again:")))).toBeLessThanOrEqual(width);
  });

  test("shows a dash for every unknown number", () => {
    const lines = reportToTerminal(unknown(sampleReport()), plain).split("\n");
    const row = lines.find((line) => line.includes("avengers-pro"));
    expect(row?.match(/—/g)).toHaveLength(7);
    expect(row).not.toMatch(/\d|NaN|null/);
  });

  test("puts a saving that is not claimed in brackets, and explains intervals beside a corrected p", () => {
    const report = sampleReport({ routers: ["knn"] });
    const [row] = report.routers;
    const saved = (costSaveOnValidation: number): string =>
      reportToTerminal(
        { ...report, routers: [{ ...row!, costSave: 0.3, costSaveCi95: [0.2, 0.4], costSaveOnValidation }] },
        plain,
      );
    expect(saved(0.1)).toMatch(/ 30\.0 +\[20\.0, 40\.0\]/);
    expect(saved(0)).toMatch(/ \(30\.0\) +\[20\.0, 40\.0\]/);
    expect(saved(0)).toContain("Intervals are uncorrected");
  });

  test("does not rank cheats and context lines", () => {
    const text = reportToTerminal(sampleReport(), plain);
    const below = text.slice(text.indexOf("not ranked"), text.indexOf("Findings"));
    for (const name of ["oracle", "dataset-oracle", "random", "cheapest"]) expect(below).toContain(`  ${name} `);
    expect(below).not.toContain("avengers");
  });

  test("draws a report of one router", () => {
    const text = reportToTerminal(sampleReport({ routers: ["knn"], models: 2, datasets: 1 }), plain);
    expect(text).toContain("knn");
    expect(text).not.toContain("not ranked");
  });

  test("prints no digit after the point when intervals span twenty points", () => {
    const report = sampleReport({ routers: ["avengers"] });
    const [router] = report.routers;
    if (router !== undefined) {
      router.avgAcc.ci95 = [0.6, 0.9];
      router.deltaBestSingle.ci95 = [-0.1, 0.15];
    }
    expect(reportToTerminal(report, plain)).toMatch(/avengers +80 +\[60, 90\] +\+4 +\[−10, \+15\]/);
  });

  test("lets no control character of the data reach the terminal", () => {
    const report = { ...sampleReport(), verdict: "pays \u001b[31mred\u001b[0m \u0007" };
    // oxlint-disable-next-line no-control-regex
    expect(reportToTerminal(report, plain)).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/);
  });
});

describe("the inspection", () => {
  test("is the golden text in the terminal", async () => {
    const text = inspectionToTerminal(sampleInspection({ models: 29 }), plain);
    await expect(text).toMatchFileSnapshot(`${golden}/inspection-120.txt`);
  });

  test("is the golden text at 80 columns, and within them", async () => {
    const text = inspectionToTerminal(sampleInspection({ models: 3 }), { colour: false, width: 80 });
    expect(widest(text.split("\n"))).toBeLessThanOrEqual(80);
    await expect(text).toMatchFileSnapshot(`${golden}/inspection-80.txt`);
  });

  test.each([60, 80])("keeps every column and number within %i columns", (width) => {
    const inspection = sampleInspection({ models: 9 });
    const text = inspectionToTerminal(inspection, { colour: false, width });
    expect(widest(text.split("\n"))).toBeLessThanOrEqual(width);
    for (const head of ["Cost USD", "Prompts", "None right", "USD/query", "Only it solves", "Failed"]) {
      expect(text).toContain(head);
    }
    for (const { totalCostUsd, uniqueSolves } of inspection.modelRows) {
      expect(text).toMatch(new RegExp(` ${usd(totalCostUsd)}\\b`));
      expect(text).toMatch(new RegExp(` ${uniqueSolves}\\b`));
    }
  });

  test("says that one model leaves nothing to route", () => {
    expect(inspectionToTerminal(sampleInspection({ models: 1 }), plain)).toContain("nothing to route between");
  });

  test("is the golden Markdown", async () => {
    await expect(inspectionToMarkdown(sampleInspection())).toMatchFileSnapshot(`${golden}/inspection.md`);
  });
});

describe("tables too wide for the terminal", () => {
  const long = "a-model-whose-name-differs-only-at-its-end";
  const rows = [
    ["Model", "Score"],
    [`${long}-1`, "0.1"],
    [`${long}-2`, "0.2"],
  ];

  test("names are clipped to fit", () => {
    const clipped = withNamesClipped([...rows.slice(0, 2), ["another", "0.2"]], [0], 30);
    expect(clipped.slice(1).map(([name]) => name)).toEqual(["a-model-whose-name-dif…", "another"]);
  });

  test("two names never look alike for being clipped", () => {
    expect(withNamesClipped(rows, [0], 30)).toEqual(rows);
  });

  test("columns go on below in blocks of about the same width, each opened by the first column", () => {
    const wide = [["name", "one", "two", "three", "four"].map((head) => head.padStart(6))];
    expect(alignedBlocks(wide, [], 30).map((lines) => lines.join("\n").match(/\w+/g))).toEqual([
      ["name", "one", "two"],
      ["name", "three", "four"],
    ]);
  });
});

describe("the report as Markdown", () => {
  test("is the golden text", async () => {
    await expect(reportToMarkdown(sampleReport())).toMatchFileSnapshot(`${golden}/report.md`);
  });

  test("keeps tables whole and runs no HTML, whatever a name holds", () => {
    const report = sampleReport({ modelNames: ["<script>alert(1)</script>|x`y"], models: 1 });
    const text = reportToMarkdown({ ...report, verdict: "a | b\n# <b>" });
    expect(text).not.toMatch(/<script>|<b>/);
    expect(text).toContain(String.raw`a \| b \# &lt;b&gt;`);
  });
});

describe("the report as CSV", () => {
  test("is the golden text", async () => {
    await expect(reportToCsv(sampleReport())).toMatchFileSnapshot(`${golden}/report.csv`);
  });

  test("has a documented, unique name for every column", () => {
    const names = csvColumns.map((column) => column.name);
    expect(new Set(names).size).toBe(names.length);
    expect(csvColumns.every((column) => column.description !== "")).toBe(true);
  });

  test("leaves unknown numbers empty and defuses formulas", () => {
    const report = unknown(sampleReport({ routers: ["knn"] }));
    const [router] = report.routers;
    const text = reportToCsv({ ...report, routers: router ? [{ ...router, name: "=HYPERLINK(1)" }] : [] });
    expect(text.split("\n")[1]).toMatch(/^'=HYPERLINK\(1\),yes,no,not distinguishable,alpha 0.8,,,/);
  });
});
