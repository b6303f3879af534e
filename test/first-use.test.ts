/** What a first user meets on the command line: typos, small tables, missing prices, one query. */
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Report } from "../src/core/report.ts";
import { signalbox } from "./support/command-line.ts";

let folder: string;
let small: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "signalbox-"));
  process.env["SIGNALBOX_CACHE"] = join(folder, "cache");
  process.env["SIGNALBOX_CACHE"] = join(folder, "cache");
  small = join(folder, "small results.csv");
  const lines = Array.from({ length: 30 }, (_, i) => [
    `question ${i} of a kind,a,${i % 2},${i % 7 === 0 ? 0.001 : 0.002}`,
    `question ${i} of a kind,small-model,${(i + 1) % 2},0`,
  ]);
  await writeFile(small, `prompt,model,score,cost\n${lines.flat().join("\n")}\n`);
});

afterAll(() => rm(folder, { recursive: true, force: true }));

describe("typos are told before any data are read", () => {
  // There is no such data: the typo has to be met first.
  test.each([
    ["compare", ["--routers", "avengrs"], /unknown router "avengrs"\s+Did you mean "avengers"/],
    ["compare", ["--routers", "avengers/refrence"], /unknown preset of avengers "refrence"\s+Did you mean "reference"/],
    ["compare", ["--train-ratio", "2"], /--train-ratio: 2 is not a share between 0 and 1/],
    ["compare", ["--train-ratio", "half"], /"half" is not a number/],
    ["compare", ["--seeds", "7,7"], /--seeds: seed 7 is given twice/],
    ["compare", ["--encoder", "ngrm"], /unknown encoder "ngrm"\s+Did you mean "ngram"/],
    ["compare", ["--encoder", "transformers:"], /model must not be empty\s+Write it as transformers:/],
    ["compare", ["--encoder", "openai:small"], /baseUrl is missing\s+Write it as openai:MODEL@BASE_URL/],
    ["compare", ["--encoder", "{kind: ngram}"], /--encoder: starts like a JSON object, but is none/],
    ["fit", ["-o", "x", "--router", "knn/votes"], /unknown preset of knn "votes"\s+Did you mean "vote"/],
    ["fit", ["-o", "x", "--router", "knn", "--set", "k=many"], /options of knn, k: must be a number, not text/],
    ["fit", ["-o", "x", "--router", "oracle"], /cannot serve/],
    ["fit", ["-o", "x", "--encoder", "ngrm"], /Did you mean "ngram"/],
    ["embed", ["-o", "x.npy", "--encoder", "ngrm"], /Did you mean "ngram"/],
  ])("%s %j", async (command, given, message) => {
    const { code, stderr } = await signalbox([command, "no-such-data", ...given], { cwd: folder });
    expect(stderr).toMatch(message);
    expect(code).toBe(2);
  });

  test.each([
    ["--best-single", ["--best-single", "small-modl"]],
    ["options of best-single, model", ["--config", "best-single.yaml"]],
  ])("%s: a model that is not in the pool is told before the comparison, with the near name", async (where, given) => {
    await writeFile(join(folder, "best-single.yaml"), "routerOptions:\n  best-single:\n    model: small-modl\n");
    const { code, stderr } = await signalbox(["compare", small, ...given], { cwd: folder });
    expect(stderr).toContain(`${where}: unknown model "small-modl"`);
    expect(stderr).toContain('Did you mean "small-model"?');
    expect(stderr).not.toContain("comparing on");
    expect(code).toBe(2);
  });
});

describe("an input that is not there ends every command with 2", () => {
  test.each([
    ["inspect", ["inspect", "absent"]],
    ["compare", ["compare", "absent"]],
    ["analyze", ["analyze", "recall", "absent"]],
    ["fit", ["fit", "absent", "-o", "x"]],
    ["embed", ["embed", "absent", "-o", "x.npy"]],
    ["export", ["export", "absent", "-o", "x.parquet"]],
    ["route", ["route", "--router", "absent", "hello"]],
    ["a router that is a file", ["route", "--router", "here.csv", "hello"]],
    ["--config", ["compare", "here.csv", "--config", "absent"]],
    ["--encoder file:", ["compare", "here.csv", "--encoder", "file:absent"]],
    ["--speeds", ["analyze", "latency", "here.csv", "--speeds", "absent"]],
  ])("%s", async (_, args) => {
    await writeFile(join(folder, "here.csv"), "prompt,model,score\nq,a,1\n");
    const { code, stderr } = await signalbox(args, { cwd: folder });
    expect(stderr).toMatch(/absent: no such file or folder|here\.csv: is no saved router/);
    expect(code).toBe(2);
  });

  test("the help says so", async () => {
    expect((await signalbox(["--help"])).stdout).toContain("2 wrong usage or config, or an input that is not there");
  });
});

describe("what other libraries say is put in our words", () => {
  test.each([
    ["c.yaml", "routerOptions:\n  knn:\n    k: many\n", "options of knn, k: must be a number, not text"],
    ["c.yaml", "seeds: lots\n", "c.yaml:1:8: seeds must be a list, not text"],
    ["c.yaml", "encoder: 3\n", "encoder must be text or a group of named values"],
    ["c.yaml", "draws: 5\ndraws: 6\n", "c.yaml:2:1: the same key stands twice"],
    [
      "c.yaml",
      "routers: [knn\n",
      "c.yaml:1:14: the indentation does not fit the lines above, or a bracket is not closed",
    ],
  ])("%s: %j", async (name, text, words) => {
    await writeFile(join(folder, name), text);
    const { code, stderr } = await signalbox(["compare", small, "--config", name], { cwd: folder });
    expect(stderr).toContain(words);
    expect(code).toBe(2);
  });

  test.each([
    ["quotes.csv", 'prompt,model,score\n"x,a,1\n', /quotes\.csv.*: cannot be read as csv/],
    ["no.parquet", "text", /no\.parquet: cannot be read as parquet: it is not a Parquet file/],
    ["cut.jsonl", '{"prompt":"q","model":"a","score":1}\n{"prompt"\n', /cut\.jsonl, line 2: broken JSON/],
    ["nan.jsonl", '{"prompt":"q","model":"a","score":NaN}\n', /nan\.jsonl, line 1: broken JSON: "N" is out of place/],
  ])("%s", async (name, text, words) => {
    await writeFile(join(folder, name), text);
    const { code, stderr } = await signalbox(["inspect", name], { cwd: folder });
    expect(stderr).toMatch(words);
    expect(stderr).not.toMatch(/sniffing|Invalid Input|token|JSON at|magic/);
    expect(code).toBe(1);
  });

  test("a vector file that is none", async () => {
    await writeFile(join(folder, "vectors.parquet"), "text");
    const { stderr } = await signalbox(["compare", small, "--encoder", "file:vectors.parquet"], { cwd: folder });
    expect(stderr).toMatch(/vectors\.parquet: cannot be read as Parquet\n\s+Write the file again/);
  });
});

describe("a small table", () => {
  let stdout: string;
  let stderr: string;

  beforeAll(async () => {
    ({ stdout, stderr } = await signalbox(["compare", small, "--routers", "knn", "--seeds", "42"]));
  }, 120_000);

  test("is called too small to rank, and the counts agree in number", () => {
    expect(stdout).toMatch(/Only \d+ prompts are tested: too few to rank routers/);
    expect(stderr).toContain("30 prompts × 2 models, 1 seed …");
  });

  test("is not compared with so few draws that no router could win", async () => {
    const { code, stderr } = await signalbox(["compare", small, "--draws", "100", "--routers", "knn,linear,avengers"]);
    expect([code, stderr]).toEqual([2, expect.stringMatching(/--draws: with 100 draws none .*at least 120 draws/s)]);
  });

  test("names the model without a price and the remedy", () => {
    expect(stdout.replaceAll(/\s+/g, " ")).toContain("small-model has no cost above zero");
    expect(stdout).toContain("--exclude-models");
  });

  test("ends with a command that gives the same report when it is pasted", async () => {
    const given = ["--reference-models", "small-model", "--routers", "random", "--seeds", "42,7", "--draws", "200"];
    const json = (args: readonly string[]): Promise<{ stdout: string }> =>
      signalbox(["compare", "small results.csv", ...args, "--json", "-q"], { cwd: folder });
    const first = JSON.parse((await json(given)).stdout) as Report;
    expect(first.reproduce).toMatch(/^npx signalbox compare 'small results\.csv' /);
    // What the shell makes of the line, as arguments.
    const line = first.reproduce.replace("npx signalbox compare", "printf '%s\\0'");
    const { stdout } = await promisify(execFile)("sh", ["-c", line]);
    const [path, ...again] = stdout.split("\0").slice(0, -1);
    expect(path).toBe("small results.csv");
    const second = JSON.parse((await json(again)).stdout) as Report;
    expect([second.split.hash, second.data.models, second.verdict]).toEqual([
      first.split.hash,
      first.data.models,
      first.verdict,
    ]);
    expect(second.reproduce).toBe(first.reproduce);
  });

  test("is called so by inspect and fit, too", async () => {
    const inspected = await signalbox(["inspect", small]);
    expect(inspected.stdout).toContain("Only 30 prompts, of which a comparison would test about 9: too few to rank");
    const fitted = await signalbox(["fit", small, "--router", "best-single", "-o", join(folder, "note")]);
    expect(fitted.stderr).toContain("note: Only 30 prompts");
    expect(fitted.stderr).toContain("note: small-model has no cost above zero");
  });

  test.each([["inspect"], ["compare"]])("with one model has nothing to route, says %s", async (command) => {
    const { stdout } = await signalbox([command, small, "--models", "a"]);
    expect(stdout).toContain("The pool has one model: there is nothing to route.");
  });
});

test("a data set of few prompts is named with its size, also where the table is large", async () => {
  const path = join(folder, "uneven.csv");
  const rows = Array.from({ length: 408 }, (_, i) => `question ${i},${i < 400 ? "large" : "tiny"},a,${i % 2},0.01`);
  await writeFile(path, `prompt,dataset,model,score,cost\n${rows.join("\n")}\n`);
  const { stdout } = await signalbox(["inspect", path]);
  expect(stdout).toContain("Fewer than 10 prompts: tiny (8).");
});

describe("an output that cannot be written is told before the work, with a remedy that helps", () => {
  const targets: readonly (readonly [target: string, remedy: string])[] = [
    // A folder that is there and takes no file, whoever asks.
    ...(process.platform === "linux" ? [["/proc/r.html", "Choose another folder"] as const] : []),
    ["folder.html", "Name a file inside it."],
    ["absent/r.html", "mkdir -p absent"],
  ];

  test.each(targets)("%s", async (target, remedy) => {
    await mkdir(join(folder, "folder.html"), { recursive: true });
    const { code, stderr } = await signalbox(["compare", small, "--report", target], { cwd: folder });
    expect(stderr).toContain(`${target}: cannot be written`);
    expect(stderr).toContain(remedy);
    expect(stderr.includes("mkdir")).toBe(remedy.includes("mkdir"));
    expect(stderr).not.toContain("comparing on");
    expect(code).toBe(1);
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

  test.each([
    ["smal-model", 'Did you mean "small-model"?'],
    ["", "--allow: names no model"],
  ])("--allow %j is a mistake", async (allow, message) => {
    const { code, stderr } = await signalbox(["route", "--router", router, "--allow", allow, "question 3 of a kind"]);
    expect(stderr).toContain(message);
    expect(code).toBe(2);
  });

  test("shows which models were barred, in text and in JSON", async () => {
    const text = await signalbox(["route", "--router", router, "--allow", "small-model", "question 3 of a kind"]);
    expect(text.stdout).toMatch(/not allowed\s+a /);
    const json = await signalbox([
      "route",
      "--router",
      router,
      "--allow",
      "small-model",
      "--json",
      "question 3 of a kind",
    ]);
    const routed = JSON.parse(json.stdout) as {
      model: string;
      estimates: { model: string; allowed: boolean }[];
      why: { bestThere: string | null }[];
    };
    expect(routed.model).toBe("small-model");
    expect(routed.estimates.map(({ model, allowed }) => `${model} ${allowed}`).toSorted()).toEqual([
      "a false",
      "small-model true",
    ]);
    expect(["a", "small-model"]).toContain(routed.why[0]?.bestThere);
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

  test("a newcomer's failed calls are no free answers", async () => {
    const [router, wider] = [join(folder, "one"), join(folder, "one-wider")];
    await signalbox(["fit", small, "--router", "best-single", "-o", router, "--quiet"]);
    const data = join(folder, "half-failed.csv");
    const lines = Array.from({ length: 20 }, (_, i) =>
      i % 2 === 0 ? `question ${i} of a kind,c,1,0.03,scored` : `question ${i} of a kind,c,0,0,failed`,
    );
    await writeFile(data, `prompt,model,score,cost,status\n${lines.join("\n")}\n`);
    await signalbox(["pool", "add", data, "--router", router, "--model", "c", "-o", wider, "--quiet"]);
    const { stdout } = await signalbox(["route", "--router", wider, "--json", "question 3 of a kind"]);
    const { estimates } = JSON.parse(stdout) as { estimates: { model: string; costUsd: number }[] };
    expect(estimates.find(({ model }) => model === "c")?.costUsd).toBeCloseTo(0.03, 9);
  });
});

test("text is as wide as COLUMNS says where there is no terminal", async () => {
  const wide = await signalbox(["inspect", small], { env: { COLUMNS: "140" } });
  const narrow = await signalbox(["inspect", small], { env: { COLUMNS: "60" } });
  const widest = (text: string): number => Math.max(...text.split("\n").map((line) => line.length));
  expect(widest(narrow.stdout)).toBeLessThanOrEqual(60);
  expect(widest(wide.stdout)).toBeGreaterThan(60);
});
