import { parseHTML } from "linkedom";
import { describe, expect, test } from "vitest";
import { sampleReport, type SampleOptions } from "../../test/support/sample-report.ts";
import { routers as allRouters } from "../routers/registry.ts";
import { rankRanges } from "./charts/close-up-chart.ts";
import { inkOf, inkOrder, routerInks } from "./charts/palette.ts";
import { placeLabels, textWidth } from "./charts/label-spacing.ts";
import { reportToHtml } from "./html.ts";

const page = (options?: SampleOptions) => reportToHtml(sampleReport(options));
const noNumber = /.{60}(?:NaN|undefined|Infinity|>null<)/;
const drawings = (text: string) => text.match(/<svg /g)?.length ?? 0;

describe("the HTML report", () => {
  test("is one file that asks nobody for anything", async () => {
    const text = await page();
    expect(text).toMatch(/^<!doctype html>/);
    expect(text).toContain("default-src &#39;none&#39;");
    const links = [...text.matchAll(/(?:src|href)="([^"]*)"/g)].map(([, link]) => link);
    expect(links.filter((link) => !link?.startsWith("#") && link !== "data:,")).toEqual([]);
    expect(text.replaceAll("http://www.w3.org/2000/svg", "")).not.toMatch(/https?:|@import|url\(/);
  });

  test("has five drawings that a screen reader can name, and captioned tables", async () => {
    const text = await page();
    expect(drawings(text)).toBe(5);
    expect(
      text.match(/<svg [^>]*role="img"[^>]*aria-label="[^"]+"|<svg [^>]*aria-label="[^"]+"[^>]*role="img"/g),
    ).toHaveLength(5);
    expect(text.match(/<caption>/g)).toHaveLength(text.match(/<table/g)?.length ?? 0);
  });

  test("is the same text for the same report", async () => {
    expect(await page()).toBe(await page());
  });

  test("says that there are no prices instead of drawing a cost axis", async () => {
    const text = await page({ hasCost: false });
    expect(drawings(text)).toBe(4);
    expect(text).toContain("Some models have no price");
  });

  test.each(["<script>alert(1)</script>", `"><img src=x onerror=alert(1)>`, "</style><b>", "a & b", "\u202egpt\u0007"])(
    "lets no text of the data become markup: %s",
    async (nasty) => {
      const report = sampleReport({ modelNames: [nasty], models: 3, datasetNames: [nasty], datasets: 3 });
      const [first] = report.routers;
      if (first !== undefined)
        report.routers = [{ ...first, name: nasty, summary: nasty, collapse: nasty }, ...report.routers];
      Object.assign(report, { verdict: nasty, findings: [nasty], reproduce: nasty, createdBy: nasty });
      Object.assign(report.data, { name: nasty, warnings: [nasty], digest: nasty });
      Object.assign(report.bestSingle, { name: nasty });
      const text = await reportToHtml(report);
      const { document } = parseHTML(text);
      expect(document.querySelectorAll("script")).toHaveLength(1);
      expect(document.querySelectorAll("img, b, [onerror]")).toHaveLength(0);
      expect(["<img", "<b>", "\u202e", "\u0007"].filter((piece) => text.includes(piece))).toEqual([]);
      expect(text.match(/<\/style>/g)).toHaveLength(1 + drawings(text));
    },
  );

  test("draws what there is when numbers are unknown", async () => {
    const report = sampleReport();
    const routers = report.routers.map((router) => ({
      ...router,
      avgAcc: { mean: null, sd: null, ci95: null },
      deltaBestSingle: { mean: null, ci95: null, pAdjusted: null },
      totalCostUsd: null,
      sweep: [],
      recallByK: [],
      selectionShare: [],
      accuracyByDataset: router.accuracyByDataset.map(() => null),
    }));
    const text = await reportToHtml({ ...report, routers, modelPoints: [], frontier: [], pairwise: [] });
    expect(text.match(noNumber)).toBeNull();
  });

  test.each<SampleOptions>([
    { routers: ["knn"] },
    { routers: [] },
    { models: 1, datasets: 1 },
    { models: 2, datasets: 1 },
    { models: 30, datasets: 20 },
  ])("holds no number that is none: %o", async (options) => {
    expect((await page(options)).match(noNumber)).toBeNull();
  });

  test("stays below half a megabyte for 30 models and 20 data sets", async () => {
    expect((await page({ models: 30, datasets: 20 })).length).toBeLessThan(500_000);
  });
});

describe("routers in a crowd", () => {
  test("are numbered and drawn once more close up, with a key", async () => {
    const report = sampleReport({ routers: ["knn"] });
    const names = ["knn", "linear", "avengers", "mlp", "irt", "auto", "blend", "modelsat", "routerdc"];
    report.routers = names.flatMap((name) => report.routers.map((router) => ({ ...router, name })));
    const text = await reportToHtml(report);
    expect(drawings(text)).toBe(6);
    const key = parseHTML(text).document.querySelectorAll("#cost .legend li");
    expect([...key].map((item) => item.textContent.trim().split(/\s+/))).toEqual(
      names.map((name, i) => [String(i + 1), name]),
    );
  });

  test("share a label where their points cover one another", () => {
    expect(rankRanges([1])).toBe("1");
    expect(rankRanges([2, 3, 4, 7, 9, 10])).toBe("2–4, 7, 9–10");
  });
});

describe("a router's colour and shape", () => {
  test("are its own: every router has a place, and no two share both", () => {
    expect(inkOrder.toSorted()).toEqual(allRouters.map(({ name }) => name).toSorted());
    const inks = inkOrder.map(inkOf).map(({ colour, symbol }) => `${colour} ${symbol}`);
    expect(new Set(inks).size).toBe(inks.length);
  });

  test("do not depend on the other rows of a report", () => {
    const inkIn = (names: string[]) =>
      routerInks(sampleReport({ routers: names })).find(({ router }) => router.name === "knn");
    const { colour, symbol } = inkOf("knn");
    expect(inkIn(["knn"])).toMatchObject({ colour, symbol });
    expect(inkIn(["linear", "avengers", "knn"])).toMatchObject({ colour, symbol });
  });

  test("differ in shape only for a preset", () => {
    expect(inkOf("avengers/reference").colour).toBe(inkOf("avengers").colour);
    expect(inkOf("avengers/reference").symbol).not.toBe(inkOf("avengers").symbol);
  });
});

describe("label spacing", () => {
  const frame = { left: 0, right: 400, top: 0, bottom: 300 };
  const anchor = (text: string, x: number, y: number, required = false) => ({ text, x, y, radius: 4, required });
  const boxOf = ({ anchor: { text, x, y }, dx, dy, textAnchor }: ReturnType<typeof placeLabels>[number]) => {
    const width = textWidth(text);
    const left = x + dx - { start: 0, middle: width / 2, end: width }[textAnchor];
    return { left, right: left + width, top: y + dy - 6, bottom: y + dy + 6 };
  };

  test("labels of neighbouring points do not overlap", () => {
    const labels = placeLabels(
      [0, 1, 2, 3].map((i) => anchor(`model ${i}`, 200 + i, 150 + 3 * i, true)),
      frame,
    );
    const boxes = labels.map(boxOf);
    for (const [i, a] of boxes.entries()) {
      for (const b of boxes.slice(i + 1)) {
        expect(a.right <= b.left || b.right <= a.left || a.bottom <= b.top || b.bottom <= a.top).toBe(true);
      }
    }
  });

  test("labels stay within the frame", () => {
    const [label] = placeLabels([anchor("at the right edge", 398, 2)], frame);
    expect(label && boxOf(label).right).toBeLessThanOrEqual(400);
  });

  test("a label that need not appear is left out of a crowd, a required one never", () => {
    const crowd = Array.from({ length: 60 }, (_, i) => anchor("", 180 + (i % 10) * 6, 130 + Math.floor(i / 10) * 8));
    const inside = (required: boolean) => placeLabels([anchor("in the crowd", 207, 150, required), ...crowd], frame);
    expect(inside(false)).toEqual([]);
    expect(inside(true)).toHaveLength(1);
  });
});
