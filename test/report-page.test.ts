/** The HTML report in a real browser: nothing is requested, nothing fails, everything is seen. */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium, type Browser, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { reportToHtml } from "../src/report/html.ts";
import { sampleReport } from "./support/sample-report.ts";

const executablePath = "/usr/bin/chromium";
/** Long names in all columns, the last one too. */
const datasetNames = Array.from({ length: 20 }, (_, d) => `a-long-data-set-name-${d}`);
const present = existsSync(executablePath);

describe.runIf(present)(`the report page in Chromium (skipped where ${executablePath} is not installed)`, () => {
  let browser: Browser;
  let folder: string;
  let address: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "signalbox-report-"));
    const file = join(folder, "report.html");
    const report = sampleReport({ models: 30, datasets: 20, modelNames: ["<script>alert(1)</script>"], datasetNames });
    // The longest numbers there are: two digits before the point, with signs.
    const leads = { mean: 0.117, ci95: [0.101, 0.149] as [number, number] };
    for (const { name, deltaBestSingle } of report.routers) if (name === "knn") Object.assign(deltaBestSingle, leads);
    writeFileSync(file, await reportToHtml(report));
    address = pathToFileURL(file).href;
    browser = await chromium.launch({
      executablePath,
      args: [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
      ],
    });
  }, 60_000);

  afterAll(async () => {
    await browser.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Opens the page; `troubles` collects console output, errors, dialogs and every request but the page itself. */
  async function open(width: number, colorScheme: "light" | "dark"): Promise<{ page: Page; troubles: string[] }> {
    const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme });
    const troubles: string[] = [];
    page.on("console", (message) => troubles.push(`console: ${message.text()}`));
    page.on("pageerror", (error) => troubles.push(`error: ${error.message}`));
    page.on("dialog", (dialog) => troubles.push(`dialog: ${dialog.message()}`));
    page.on("request", (request) => {
      if (request.url() !== address && request.url() !== "data:,") troubles.push(`request: ${request.url()}`);
    });
    page.on("requestfailed", (request) => troubles.push(`failed: ${request.url()}`));
    await page.goto(address);
    return { page, troubles };
  }

  test.each([
    [1200, "light"],
    [1200, "dark"],
    [600, "light"],
    [600, "dark"],
  ] as const)("at %i px, %s: all drawings and tables are seen and nothing goes wrong", async (width, scheme) => {
    const { page, troubles } = await open(width, scheme);
    const drawings = await page.locator("svg").all();
    expect(drawings).toHaveLength(5);
    for (const drawing of drawings) {
      const box = await drawing.boundingBox();
      expect(box?.width).toBeGreaterThan(width * 0.6);
      expect(box?.height).toBeGreaterThan(100);
    }
    expect(await page.locator("#leaderboard table").first().isVisible()).toBe(true);
    expect(await page.locator("#pairs table").isVisible()).toBe(true);
    expect(troubles).toEqual([]);
    await page.close();
  });

  test.each([1200, 600, 360])("at %i px nothing makes the page itself scroll sideways", async (width) => {
    const { page } = await open(width, "light");
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(width);
    await page.close();
  });

  test("printed on paper, no table or drawing is wider than the page", async () => {
    const { page } = await open(700, "light");
    await page.emulateMedia({ media: "print" });
    await page.evaluate("dispatchEvent(new Event('beforeprint'))");
    const widths = (await page.evaluate(
      `[...document.querySelectorAll("table, svg")].map((part) => part.getBoundingClientRect().right)`,
    )) as number[];
    expect(Math.max(...widths)).toBeLessThanOrEqual(700);
    await page.close();
  });

  test("dark and light differ, and both have readable text", async () => {
    const colours = await Promise.all(
      (["light", "dark"] as const).map(async (scheme) => {
        const { page } = await open(1200, scheme);
        const colour = await page.evaluate("getComputedStyle(document.body).backgroundColor");
        await page.close();
        return colour;
      }),
    );
    expect(colours).toEqual(["rgb(255, 255, 255)", "rgb(18, 23, 30)"]);
  });

  test("a click on a head sorts the ranked rows, a second turns them, unknown values stay last", async () => {
    const { page, troubles } = await open(1200, "light");
    const table = page.locator("#leaderboard table").first();
    const column = () => table.locator("tbody").first().locator("tr td:nth-child(5)").allInnerTexts();
    const button = table.getByRole("button", { name: "Cost USD" });
    await button.click();
    const falling = (await column()).map(Number);
    expect(falling).toEqual(falling.toSorted((a, b) => b - a));
    await button.click();
    expect((await column()).map(Number)).toEqual(falling.toReversed());
    await table.getByRole("button", { name: "p adj." }).click();
    expect((await table.locator("tbody").first().locator("tr td:nth-child(4)").allInnerTexts()).at(-1)).toBe("—");
    expect(troubles).toEqual([]);
    await page.close();
  });

  test("no text in a drawing is cut off at its edge", async () => {
    const { page } = await open(1200, "light");
    const cut = await page.evaluate(`[...document.querySelectorAll("svg")].flatMap((svg) => {
      const frame = svg.getBoundingClientRect();
      return [...svg.querySelectorAll("text")].filter((text) => {
        const box = text.getBoundingClientRect();
        return box.width > 0 && (box.left < frame.left - 1 || box.right > frame.right + 1 || box.top < frame.top - 1 || box.bottom > frame.bottom + 1);
      }).map((text) => text.textContent);
    })`);
    expect(cut).toEqual([]);
    await page.close();
  });
});
