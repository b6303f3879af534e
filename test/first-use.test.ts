/** What a first user meets on the command line: typos, small tables, missing prices, one query. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { signalbox } from "./support/command-line.ts";

let folder: string;
let small: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "signalbox-"));
  process.env["SIGNALBOX_CACHE"] = join(folder, "cache");
  small = join(folder, "small results.csv");
  const lines = Array.from({ length: 30 }, (_, i) => [
    `question ${i} of a kind,a,${i % 2},${i % 7 === 0 ? 0.001 : 0.002}`,
    `question ${i} of a kind,b,${(i + 1) % 2},0`,
  ]);
  await writeFile(small, `prompt,model,score,cost\n${lines.flat().join("\n")}\n`);
});

afterAll(() => rm(folder, { recursive: true, force: true }));

describe("typos are told before any work", () => {
  test.each([
    [["--routers", "avengrs"], /unknown router "avengrs"[\s\S]*avengers/],
    [["--routers", "avengers/refrence"], /unknown preset of avengers "refrence"[\s\S]*reference/],
    [["--train-ratio", "2"], /2 is not a share between 0 and 1/],
    [["--encoder", "ngrm"], /ngrm/],
  ])("%j", async (given, message) => {
    const { code, stderr } = await signalbox(["compare", small, ...given]);
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
    expect(stderr).not.toContain("comparing on");
  });

  test("a best-single model that is not in the pool, with the near name", async () => {
    const { code, stderr } = await signalbox(["compare", small, "--best-single", "aa"]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/unknown model "aa"/);
  });

  test("an option of the wrong kind, in our words", async () => {
    const config = join(folder, "bad.yaml");
    await writeFile(config, "routerOptions:\n  knn:\n    k: many\n");
    const { code, stderr } = await signalbox(["compare", small, "--config", config]);
    expect(code).toBe(2);
    expect(stderr).toContain("options of knn, k: must be a number, not text");
    expect(stderr).not.toContain("Invalid input");
  });

  test("a data path and a router folder that are not there end alike", async () => {
    const data = await signalbox(["inspect", join(folder, "absent")]);
    const router = await signalbox(["route", "--router", join(folder, "absent"), "hello"]);
    expect([data.code, router.code]).toEqual([2, 2]);
    expect(router.stderr).toContain("there is no saved router");
  });

  test("a CSV whose quotes do not add up, without the engine's own text", async () => {
    const broken = join(folder, "broken.csv");
    await writeFile(broken, 'prompt,model,score\n"x,a,1\n');
    const { code, stderr } = await signalbox(["inspect", broken]);
    expect(code).toBe(1);
    expect(stderr).toContain("broken.csv");
    expect(stderr).not.toMatch(/sniffing|Invalid Input Error/);
  });
});

describe("a small table", () => {
  let stdout: string;
  let stderr: string;

  beforeAll(async () => {
    ({ stdout, stderr } = await signalbox(["compare", small, "--routers", "knn", "--seeds", "42"]));
  });

  test("is called too small to rank, and the counts agree in number", () => {
    expect(stdout).toMatch(/Only \d+ prompts are tested: too few to rank routers/);
    expect(stderr).toContain("30 prompts × 2 models, 1 seed …");
  });

  test("names the model without a price and the remedy", () => {
    expect(stdout.replaceAll(/\s+/g, " ")).toContain("b has no cost above zero");
    expect(stdout).toContain("--exclude-models");
  });

  test("ends with a command that can be pasted: the path as seen from here, quoted", () => {
    const again = stdout.split("\n").find((line) => line.startsWith("Again: "))!;
    expect(again).toMatch(/^Again: npx signalbox compare '.*small results\.csv' --routers knn --seeds 42 /);
  });

  test("an unwritable report names a remedy that helps", async () => {
    const { code, stderr: refused } = await signalbox([
      "compare",
      small,
      "--routers",
      "knn",
      "--report",
      "/proc/r.html",
    ]);
    expect(code).toBe(1);
    expect(refused).toContain("Choose another folder");
    expect(refused).not.toContain("mkdir");
  });
});

describe("one query", () => {
  let router: string;

  beforeAll(async () => {
    router = join(folder, "router");
    await signalbox(["fit", small, "--router", "avengers", "-o", router, "--quiet"]);
  });

  test("must say something", async () => {
    const { code, stderr } = await signalbox(["route", "--router", router, "  "]);
    expect(code).toBe(2);
    expect(stderr).toContain("the query is empty");
  });

  test("shows which models were barred, in text and in JSON", async () => {
    const text = await signalbox(["route", "--router", router, "--allow", "b", "question 3 of a kind"]);
    expect(text.stdout).toMatch(/not allowed\s+a /);
    const json = await signalbox(["route", "--router", router, "--allow", "b", "--json", "question 3 of a kind"]);
    const routed = JSON.parse(json.stdout) as {
      model: string;
      estimates: { model: string; allowed: boolean }[];
      why: { bestThere: string | null }[];
    };
    expect(routed.model).toBe("b");
    expect(routed.estimates.map(({ model, allowed }) => [model, allowed]).toSorted()).toEqual([
      ["a", false],
      ["b", true],
    ]);
    expect(["a", "b"]).toContain(routed.why[0]?.bestThere);
  });
});

describe("a pool that changes", () => {
  test("a model joins from few prompts, and another leaves", async () => {
    const router = join(folder, "base");
    const wider = join(folder, "wider");
    await signalbox(["fit", small, "--router", "knn", "-o", router, "--quiet"]);
    const data = join(folder, "newcomer.csv");
    const lines = Array.from({ length: 20 }, (_, i) => `question ${i} of a kind,c,1,0.003`);
    await writeFile(data, `prompt,model,score,cost\n${lines.join("\n")}\n`);
    const added = await signalbox(["pool", "add", data, "--router", router, "--model", "c", "-o", wider]);
    expect(added.stdout).toContain("c joined knn from 20 prompts");
    expect(added.stderr).toContain("with so few prompts");
    const routed = await signalbox(["route", "--router", wider, "--json", "question 3 of a kind"]);
    expect((JSON.parse(routed.stdout) as { model: string }).model).toBe("c");
    const dropped = await signalbox(["pool", "drop", "c", "--router", wider, "-o", join(folder, "narrow")]);
    expect(dropped.code).toBe(0);
    const typo = await signalbox(["pool", "drop", "d", "--router", wider, "-o", join(folder, "narrow")]);
    expect([typo.code, /unknown model "d"/.test(typo.stderr)]).toEqual([2, true]);
  });
});

test("text is as wide as COLUMNS says where there is no terminal", async () => {
  const wide = await signalbox(["inspect", small], { env: { COLUMNS: "140" } });
  const narrow = await signalbox(["inspect", small], { env: { COLUMNS: "60" } });
  const widest = (text: string): number => Math.max(...text.split("\n").map((line) => line.length));
  expect(widest(narrow.stdout)).toBeLessThanOrEqual(60);
  expect(widest(wide.stdout)).toBeGreaterThan(60);
});
