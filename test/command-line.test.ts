import { existsSync } from "node:fs";
import { mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { simulatedResultFiles } from "../src/simulate/result-files.ts";
import { writeResultFile } from "../src/store/write-result-file.ts";
import { signalbox } from "./support/command-line.ts";

let folder: string;
let data: string;
const quick = ["--seeds", "42", "--draws", "2000", "--quiet"];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "signalbox-"));
  data = join(folder, "data");
  for (const file of simulatedResultFiles(30, 1)) await writeResultFile(data, file);
  process.env["SIGNALBOX_CACHE"] = join(folder, "cache");
});

afterAll(() => rm(folder, { recursive: true, force: true }));

describe("help", () => {
  test("lists every command and the exit codes", async () => {
    const { code, stdout } = await signalbox(["--help"]);
    expect(code).toBe(0);
    for (const name of ["demo", "inspect", "compare", "fit", "route", "embed", "encoder", "fetch", "export"]) {
      expect(stdout).toMatch(new RegExp(`^  ${name}\\b`, "m"));
    }
    expect(stdout).toContain("Exit codes: 0 ok, 1 the run failed, 2 wrong usage");
  });

  test.each(["demo", "inspect", "compare", "fit", "route", "embed", "fetch", "export"])(
    "%s shows examples",
    async (name) => {
      const { code, stdout } = await signalbox([name, "--help"]);
      expect(code).toBe(0);
      expect(stdout).toContain("Examples:");
      expect(stdout).toContain(`$ signalbox ${name}`);
    },
  );
});

describe("the main job", () => {
  test("inspect prints JSON that its published schema accepts", async () => {
    const { code, stdout, stderr } = await signalbox(["inspect", data, "--json", "-q"]);
    expect(stderr).toBe("");
    expect(code).toBe(0);
    const inspection = JSON.parse(stdout) as { prompts: number; models: number; datasets: number };
    expect(inspection).toMatchObject({ prompts: 270, models: 12, datasets: 9 });
    await expectValid("inspect", inspection);
  });

  test("compare writes JSON, HTML, Markdown and CSV, and prints the verdict first", async () => {
    const out = (name: string): string => join(folder, name);
    const files = [
      "--json",
      out("o.json"),
      "--report",
      out("o.html"),
      "--markdown",
      out("o.md"),
      "--csv",
      out("o.csv"),
    ];
    const { code, stdout } = await signalbox(["compare", data, ...quick, ...files]);
    expect(code).toBe(0);
    expect(stdout.split("\n")[0]).toMatch(/best single model/);
    const report = JSON.parse(await readFile(out("o.json"), "utf8")) as {
      verdict: string;
      routers: { name: string }[];
    };
    await expectValid("compare", report);
    expect(report.routers.map(({ name }) => name)).toEqual(expect.arrayContaining(["random", "best-single", "oracle"]));
    expect(await readFile(out("o.html"), "utf8")).toContain("<!doctype html>");
    expect(await readFile(out("o.md"), "utf8")).toContain("| avengers |");
    expect((await readFile(out("o.csv"), "utf8")).split("\n").length).toBeGreaterThan(report.routers.length);
  });

  test("compare --json alone leaves stdout to the JSON", async () => {
    const { stdout } = await signalbox(["compare", data, ...quick, "--routers", "knn", "--json"]);
    expect(() => JSON.parse(stdout) as unknown).not.toThrow();
  });

  test("a router that is fitted and saved routes a query, and says why", async () => {
    const router = join(folder, "router");
    expect((await signalbox(["fit", data, "-o", router, "-q"])).code).toBe(0);
    const { code, stdout } = await signalbox(["route", "--router", router, "--json", "-"], {
      input: "Solve for x: 3x + 4 = 10",
    });
    expect(code).toBe(0);
    const routed = JSON.parse(stdout) as { model: string; estimates: { model: string }[]; why: unknown[] };
    expect(routed.estimates).toHaveLength(12);
    expect(routed.estimates[0]?.model).toBe(routed.model);
    expect(routed.why.length).toBeGreaterThan(0);
  });

  test("a router decides by the policy it was saved with, or by the one route is given", async () => {
    const router = join(folder, "frugal");
    const fit = await signalbox(["fit", data, "--router", "linear", "--policy", "costWeight 1e9", "-o", router, "-q"]);
    expect(fit.stdout).toContain("linear (costWeight 1000000000;");
    const routed = async (...args: string[]): Promise<{ policy: string; model: string }> =>
      JSON.parse((await signalbox(["route", "--router", router, "--json", ...args, "Solve 3x = 9"])).stdout) as never;
    const saved = await routed();
    expect(saved.policy).toBe("costWeight 1000000000");
    const given = await routed("--policy", "argmax");
    expect(given.policy).toBe("argmax");
    expect(given.model).not.toBe(saved.model);
    const both = await signalbox(["route", "--router", router, "--policy", "argmax", "--floor", "0.9", "hi"]);
    expect(both.stderr).toContain("exclude each other");
    expect(both.code).toBe(2);
  });

  test("fitting twice gives the same bytes", async () => {
    const [first, second] = [join(folder, "same-1"), join(folder, "same-2")];
    for (const out of [first, second]) await signalbox(["fit", data, "--router", "linear", "-o", out, "-q"]);
    for (const name of ["router.json", "weights.safetensors"]) {
      expect((await readFile(join(first, name))).equals(await readFile(join(second, name)))).toBe(true);
    }
  });

  test("the demo runs offline and says that it is simulated", async () => {
    const out = join(folder, "demo");
    const { code, stdout } = await signalbox(["demo", "--out", out, "--prompts", "30", "--quiet"]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^SIMULATED DATA/);
    expect(await readdir(out)).toEqual(
      expect.arrayContaining(["report.html", "leaderboard.md", "leaderboard.csv", "report.json"]),
    );
  });
});

describe("what is wrong is said, with what to do", () => {
  test.each([
    ["an unknown command", ["comprae", "x"], 2, "Did you mean compare?"],
    ["a path that does not exist", ["inspect", "no-such-folder"], 2, "no-such-folder"],
    ["an unknown model", ["inspect", "DATA", "--models", "GPT5"], 2, 'Did you mean "GPT-5"?'],
    ["an unknown data set", ["inspect", "DATA", "--datasets", "algebr"], 2, `"algebra"`],
    ["an unknown router", ["compare", "DATA", "--routers", "avenger"], 2, '"avengers"'],
    ["an unknown preset", ["compare", "DATA", "--routers", "knn/votes"], 2, '"vote"'],
    ["an unknown OOD data set", ["compare", "DATA", "--ood", "facs", "-q"], 2, '"facts"'],
    ["a ratio outside 0 and 1", ["compare", "DATA", "--train-ratio", "70", "-q"], 2, "--train-ratio"],
    ["a seed given twice", ["compare", "DATA", "--seeds", "1,1", "-q"], 2, "given twice"],
    ["a seed that is no number", ["compare", "DATA", "--seeds", "one"], 2, "whole number"],
    ["a router that cannot serve", ["fit", "DATA", "--router", "oracle", "-o", "x", "-q"], 2, "cannot serve"],
    [
      "an unknown option of a router",
      ["fit", "DATA", "--router", "knn", "--set", "kk=1", "-o", "x", "-q"],
      2,
      "Known options",
    ],
    ["a router that was never saved", ["route", "--router", "nowhere", "hi"], 2, "signalbox fit"],
    ["an unknown policy", ["fit", "DATA", "--policy", "cost-weight 3", "-o", "x"], 2, 'Did you mean "costWeight"?'],
    [
      "a budget that no model meets",
      ["fit", "DATA", "--router", "linear", "--policy", "budget 0", "-o", "x", "-q"],
      1,
      "out of reach",
    ],
  ])("%s", async (_, args, code, words) => {
    const run = await signalbox(
      args.map((arg) => (arg === "DATA" ? data : arg)),
      { cwd: folder },
    );
    expect(run.stderr).toContain(words);
    expect(run.stderr).not.toContain("    at ");
    expect(run.code).toBe(code);
  });

  test("an unknown key of a config file is named with its line", async () => {
    const path = join(folder, "config.yaml");
    await writeFile(path, "routers: [knn]\nseed: [1]\n");
    const run = await signalbox(["compare", data, "--config", path]);
    expect(run.stderr).toContain(`config.yaml:2:`);
    expect(run.stderr).toContain('Did you mean "seeds"?');
    expect(run.code).toBe(2);
  });

  test("an output that cannot be written is an error that names the folder to make", async () => {
    const target = join(folder, "missing", "o.html");
    const run = await signalbox(["compare", data, ...quick, "--routers", "knn", "--report", target]);
    expect(run.code).toBe(1);
    expect(run.stderr).toContain("cannot be written");
    expect(run.stderr).toContain("mkdir -p");
  });

  test("a damaged router is refused", async () => {
    const router = join(folder, "damaged");
    await signalbox(["fit", data, "--router", "best-single", "-o", router, "-q"]);
    const weights = join(router, "weights.safetensors");
    const bytes = await readFile(weights);
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
    await writeFile(weights, bytes);
    const run = await signalbox(["route", "--router", router, "hi"]);
    expect(run.code).toBe(1);
    expect(run.stderr).toContain("not those the router was saved with");
  });

  test("a gate that is not met has an exit code of its own", async () => {
    const constant = ["--routers", "cheapest", "--fail-unless-better"];
    expect((await signalbox(["compare", data, ...quick, ...constant])).code).toBe(3);
  });

  test("Ctrl-C ends a comparison with 130 and leaves no file", async () => {
    const target = join(folder, "interrupted.json");
    const run = await signalbox(["compare", data, "--json", target], { interruptWhen: /comparing/ });
    expect(run.stderr).toContain("interrupted");
    expect(run.code).toBe(130);
    expect(existsSync(target)).toBe(false);
  });
});

async function expectValid(name: string, value: unknown): Promise<void> {
  const schema = JSON.parse(
    await readFile(new URL(`../schemas/${name}.schema.json`, import.meta.url), "utf8"),
  ) as object;
  const validate = new Ajv2020({ strict: false }).compile(schema);
  expect(validate(value) ? [] : validate.errors).toEqual([]);
}
