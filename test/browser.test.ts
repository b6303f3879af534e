/** A saved text-linear router in a real browser page: the same files, the same picks and the same bits as in Node. */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium, type Browser, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { decideText } from "../src/browser.ts";
import type { FittedRouter } from "../src/core/fitted-router.ts";
import { loadRouter, saveRouter } from "../src/experiment/artefact.ts";
import { fitForServing } from "../src/experiment/fit-for-serving.ts";
import { seededRandom } from "../src/math/random.ts";
import { routerByName } from "../src/routers/registry.ts";
import { tableOf } from "./support/tables.ts";

const executablePath = "/usr/bin/chromium";
const serve = fileURLToPath(new URL("../examples/browser/serve.mjs", import.meta.url));

const words = (
  "integral matrix theorem prime python compiler recursion loop queen dynasty treaty empire 漢字 かな 矩阵 定理 " +
  "Wissenschaft größer café naïve наука теорема مصفوفة βιβλίο 한국어 ﬁne ＤＡＹ 🙂 👩‍👩‍👧 𝒜𐍈 x² ½ i̇ İstanbul"
).split(" ");
const random = seededRandom("browser test");
const sentence = (): string =>
  Array.from({ length: 4 + random.below(40) }, () => words[random.below(words.length)]).join(" ");

const texts: readonly string[] = [
  "",
  " \n\t ",
  "\ud83d alone, half a pair \ude42",
  "ΩΩΩ",
  "a\u0301e\u0301 \u200d\u200b\ufeff",
  `${sentence()} `.repeat(20_000).slice(0, 1 << 20),
  "🙂".repeat(1 << 19),
  ...Array.from({ length: 193 }, sentence),
];

/** Runs in the page, with the same module as the page's own script. */
const decideAll = `async (texts) => {
  const { decideText, fetchRouter } = await import("signalbox/browser");
  const fitted = await fetchRouter("router/");
  return texts.map((text) => {
    const { order, estimate } = decideText(fitted, text);
    return [order[0], ...new BigUint64Array(Float64Array.of(...estimate.quality, ...estimate.costUsd).buffer)].map(String);
  });
}`;

function decisionsInNode(fitted: FittedRouter): string[][] {
  return texts.map((text) => {
    const { order, estimate } = decideText(fitted, text);
    const bits = new BigUint64Array(Float64Array.of(...estimate.quality, ...estimate.costUsd).buffer);
    return [order[0], ...bits].map(String);
  });
}

describe.runIf(existsSync(executablePath))("signalbox/browser in Chromium", () => {
  let home: string;
  let browser: Browser;
  let server: ChildProcess;
  let address: string;
  let fitted: FittedRouter;

  beforeAll(async () => {
    home = mkdtempSync(join(tmpdir(), "signalbox-browser-"));
    const folder = join(home, "my-router");
    const prompts = Array.from({ length: 400 }, sentence);
    const score = prompts.map((prompt) => [0, 1, 2, 3].map((j) => Number(prompt.includes(words[4 * j] ?? "?"))));
    const encoder = { kind: "ngram" } as const;
    const fit = await fitForServing(tableOf({ score, prompts }), routerByName("text-linear"), { seed: 1, encoder });
    await saveRouter(folder, { ...fit, encoderSpec: null });
    ({ fitted } = await loadRouter(folder));
    server = spawn(process.execPath, [serve, folder, "0"], { stdio: ["ignore", "pipe", "inherit"] });
    const [line] = (await once(server.stdout!, "data")) as [Buffer];
    address = line.toString().trim();
    const args = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"];
    browser = await chromium.launch({
      executablePath,
      args: [...args, "--disable-component-update", "--disable-sync"],
    });
  }, 60_000);

  afterAll(async () => {
    await browser.close();
    server.kill();
    rmSync(home, { recursive: true, force: true });
  });

  async function open(colorScheme: "light" | "dark" = "light"): Promise<{ page: Page; troubles: string[] }> {
    const page = await browser.newPage({ colorScheme, viewport: { width: 600, height: 800 } });
    const troubles: string[] = [];
    page.on("console", (message) => troubles.push(`console: ${message.text()}`));
    page.on("pageerror", (error) => troubles.push(`error: ${error.message}`));
    page.on("requestfailed", (request) => troubles.push(`failed: ${request.url()}`));
    await page.goto(address);
    await page.locator("table").waitFor();
    return { page, troubles };
  }

  test("200 texts of many scripts, and of 1 MB, are decided as in Node, bit for bit", async () => {
    const expected = decisionsInNode(fitted);
    expect(new Set(expected.map(([pick]) => pick)).size).toBeGreaterThan(2);
    const { page, troubles } = await open();
    const inPage = await page.evaluate(`(${decideAll})(${JSON.stringify(texts)})`);
    expect(inPage).toEqual(expected);
    expect(troubles).toEqual([]);
    await page.close();
  }, 60_000);

  test("the same bits where the page's policy forbids WebAssembly", async () => {
    const page = await browser.newPage();
    await page.route(address, async (route) => {
      const response = await route.fetch();
      const headers = { ...response.headers(), "content-security-policy": "script-src 'self' 'unsafe-inline'" };
      await route.fulfill({ response, headers });
    });
    await page.goto(address);
    await page.locator("table").waitFor();
    const decisions = await page.evaluate(`(${decideAll})(${JSON.stringify(texts.slice(0, 40))})`);
    expect(decisions).toEqual(decisionsInNode(fitted).slice(0, 40));
    await page.close();
  });

  test("the page shows the choice while one types, and every model's expected score", async () => {
    const { page, troubles } = await open("dark");
    expect(await page.locator("#choice").textContent()).toContain("when nothing is known");
    for (const text of ["integral matrix theorem", "queen dynasty treaty empire"]) {
      await page.locator("#text").fill(text);
      const { order, estimate } = decideText(fitted, text);
      const chosen = fitted.models[order[0] ?? -1]?.id ?? "none";
      expect(await page.locator("#choice strong").textContent()).toBe(chosen);
      const scores = await page.locator("tbody tr td:nth-child(2)").allTextContents();
      const falling = [...estimate.quality].toSorted((a, b) => b - a);
      expect(scores).toEqual(falling.map((quality) => `${(100 * quality).toFixed(1)} %`));
    }
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(600);
    expect(troubles).toEqual([]);
    await page.close();
  });

  test("another router's folder is refused in words that say what to do", async () => {
    const { page } = await open();
    const refusal = page.evaluate(`(async () => {
      const { fetchRouter } = await import("signalbox/browser");
      return fetchRouter("nowhere").catch((error) => error.message);
    })()`);
    expect(await refusal).toMatch(/nowhere\/.*404\. Serve the folder/);
    await page.close();
  });
});
