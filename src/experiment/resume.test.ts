/** Finished runs are kept: a comparison goes on where it stopped, and only where nothing has changed. */
import { readFile, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { givenEncoder, oneExpert, twoIslands } from "../../test/support/tables.ts";
import type { Sample } from "../../test/support/tables.ts";
import { temporaryFolder } from "../../test/support/temporary-folder.ts";
import { describeWithoutWebAssembly } from "../../test/support/without-webassembly.ts";
import { FitError, UsageError } from "../core/errors.ts";
import type { Report } from "../core/report.ts";
import { routerByName } from "../routers/registry.ts";
import type { NamedRouter } from "../routers/registry.ts";
import { compareRouters } from "./compare.ts";
import type { CompareOptions } from "./compare-options.ts";
import type { Lane } from "./lane.ts";
import { noKeeper } from "./run-keeper.ts";
import { schedule } from "./schedule.ts";
import type { Scheduled } from "./board.ts";
import type { RouterRun } from "./seed-run.ts";

function compareOn(
  sample: Sample,
  keepIn: string,
  options: Partial<CompareOptions> = {},
  compare = compareRouters,
): Promise<Report> {
  return compare(sample.table, {
    split: { mode: "native", trainRatio: 0.7, ood: [] },
    seeds: [42, 999],
    encoder: givenEncoder(sample),
    name: "made up",
    warnings: [],
    reproduce: "none",
    draws: 200,
    threads: 0,
    routers: ["knn"],
    keepIn,
    ...options,
  });
}

const sample = oneExpert({ queries: 60, seed: 1 });
/** knn and the four reference lines, under two seeds */
const allRuns = 10;

describe("kept runs", () => {
  test("give the same report again, times included", async () => {
    const folder = await temporaryFolder();
    const first = await compareOn(sample, folder);
    const second = await compareOn(sample, folder);
    expect(first.provenance.keptRuns).toBe(0);
    expect(second.provenance.keptRuns).toBe(allRuns);
    expect({ ...second, provenance: first.provenance }).toEqual(first);
  });

  test("one more router is one more router's work", async () => {
    const folder = await temporaryFolder();
    await compareOn(sample, folder);
    const more = await compareOn(sample, folder, { routers: ["knn", "linear"] });
    expect(more.provenance.keptRuns).toBe(allRuns);
    expect((await readdir(folder)).length).toBe(allRuns + 2);
  });

  test("are found by worker threads' results too: who computed does not matter", async () => {
    const folder = await temporaryFolder();
    const threaded = await compareOn(sample, folder, { threads: 2 });
    const own = await compareOn(sample, folder);
    expect(own.provenance.keptRuns).toBe(allRuns);
    expect(own.routers).toEqual(threaded.routers);
  });

  test("are not taken for a router whose options are fixed otherwise, but are for all else", async () => {
    const folder = await temporaryFolder();
    await compareOn(sample, folder);
    const changed = await compareOn(sample, folder, { routerOptions: { knn: { k: 3 } } });
    expect(changed.provenance.keptRuns).toBe(allRuns - 2);
    expect(changed.provenance.runs.filter(({ kept }) => !kept).map(({ router }) => router)).toEqual(["knn", "knn"]);
  });

  test.each<[string, Partial<CompareOptions>, Sample]>([
    ["other data", {}, twoIslands({ queries: 60, seed: 1 })],
    ["another split", { split: { mode: "native", trainRatio: 0.6, ood: [] } }, sample],
    ["another baseline, which is the bar for the operating points of all", { bestSingle: "model-1" }, sample],
    ["--rerun", { rerun: true }, sample],
  ])("are not taken for %s", async (_, change, other) => {
    const folder = await temporaryFolder();
    await compareOn(sample, folder);
    const changed = await compareOn(other, folder, change);
    expect(changed.provenance.keptRuns).toBe(0);
  });

  test("a damaged file is computed again and mended", async () => {
    const folder = await temporaryFolder();
    const first = await compareOn(sample, folder);
    const [name = ""] = await readdir(folder);
    const bytes = await readFile(join(folder, name));
    await writeFile(join(folder, name), bytes.subarray(0, bytes.length - 7));
    const second = await compareOn(sample, folder);
    expect(second.provenance.keptRuns).toBe(allRuns - 1);
    expect(second.data.warnings).toEqual(["computed anew, because what was kept of them is damaged: 1 run"]);
    expect(second.routers.map(({ avgAcc }) => avgAcc)).toEqual(first.routers.map(({ avgAcc }) => avgAcc));
    expect((await compareOn(sample, folder)).provenance.keptRuns).toBe(allRuns);
  });
});

describeWithoutWebAssembly(() => {
  test("runs that the kernels computed are not taken, but the plain code's own are", async () => {
    const folder = await temporaryFolder();
    await compareOn(sample, folder);
    const plain = await import("./compare.ts");
    const compareInPlain = (): Promise<Report> => compareOn(sample, folder, {}, plain.compareRouters);
    expect((await compareInPlain()).provenance.keptRuns).toBe(0);
    expect((await compareInPlain()).provenance.keptRuns).toBe(allRuns);
  });
});

describe("the schedule", () => {
  const facts = { fingerprint: null, embedSeconds: 0 };
  const routers = ["random", "best-single", "knn", "linear"].map((label) => routerByName(label));

  /** A lane that notes what it is asked and takes its turn at once. */
  function lane(log: string[], fail?: (named: NamedRouter) => Error | undefined): Lane {
    let seed = 0;
    return {
      prepare: async (given) => {
        seed = given;
        log.push(`prepare ${seed}`);
        return facts;
      },
      run: async (named) => {
        log.push(`${seed} ${named.label}`);
        const error = fail?.(named);
        if (error) throw error;
        await new Promise((resolve) => setImmediate(resolve));
        return { label: named.label } as RouterRun;
      },
      [Symbol.asyncDispose]: async () => undefined,
    };
  }

  function run(lanes: readonly Lane[], seeds: readonly number[], tolerant = true): Promise<Scheduled> {
    return schedule({ seeds, routers, lanes, keeper: noKeeper, tolerates: () => tolerant });
  }

  test("runs every router under every seed once, and a seed's routers in order on the lane that holds it", async () => {
    const logs: string[][] = [[], []];
    const { runs } = await run(
      logs.map((log) => lane(log)),
      [1, 2, 3],
    );
    for (const seed of [1, 2, 3])
      expect([...runs.get(seed)!.keys()].toSorted()).toEqual(["best-single", "knn", "linear", "random"]);
    expect(logs.flat().filter((line) => !line.startsWith("prepare"))).toHaveLength(12);
    expect(logs[0]!.slice(0, 5)).toEqual(["prepare 1", "1 random", "1 best-single", "1 knn", "1 linear"]);
  });

  test("the last seed is shared when much of it is left", async () => {
    const logs: string[][] = [[], []];
    await run(
      logs.map((log) => lane(log)),
      [1],
    );
    expect(logs[1]).toContain("prepare 1");
    expect(logs.flat().filter((line) => !line.startsWith("prepare"))).toHaveLength(4);
  });

  test("a router that cannot be fitted is left out of all seeds, with the reason", async () => {
    const log: string[] = [];
    const failing = lane(log, ({ label }) =>
      label === "knn" ? new FitError({ problem: "no neighbours" }) : undefined,
    );
    const { leftOut, runs } = await run([failing], [1, 2]);
    expect([...leftOut]).toEqual([["knn", "no neighbours"]]);
    expect(log.filter((line) => line.endsWith("knn"))).toEqual(["1 knn"]);
    expect(runs.get(2)!.has("knn")).toBe(false);
  });

  test("asked for by name, it ends the comparison; so does any other error", async () => {
    const failing = lane([], ({ label }) => (label === "knn" ? new FitError({ problem: "no neighbours" }) : undefined));
    await expect(run([failing], [1], false)).rejects.toThrow("no neighbours");
    const wrong = lane([], () => new UsageError({ problem: "no such option" }));
    await expect(run([wrong, lane([])], [1])).rejects.toThrow("no such option");
  });
});
