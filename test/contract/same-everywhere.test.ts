/** Same seed, same numbers, whoever computes them: one, two or four threads, kernels or plain code (routers.md §9.10). */
import { beforeAll, describe, expect, test } from "vitest";
import type { Report } from "../../src/core/report.ts";
import { compareRouters } from "../../src/experiment/compare.ts";
import * as withKernels from "../../src/experiment/seed-run.ts";
import { routerByName, routers } from "../../src/routers/registry.ts";
import { givenEncoder, givenVectors, oneExpert, withAnswers } from "../support/tables.ts";
import { describeWithoutWebAssembly } from "../support/without-webassembly.ts";

const { table: unanswered, vectors } = oneExpert({ queries: 90, seed: 6 });
const table = withAnswers(unanswered);
const split = { mode: "native", trainRatio: 0.7, ood: [] } as const;
const names = routers.map(({ name }) => name);

/** The report without what a clock put in. */
function untimed(report: Report): Report {
  const row = (router: Report["routers"][number]): Report["routers"][number] => ({
    ...router,
    fitSeconds: null,
    decisionMicros: { p50: null, p99: null },
  });
  return { ...report, routers: report.routers.map(row) };
}

describe("a comparison of all routers", () => {
  const compareOn = async (threads: number): Promise<Report> =>
    untimed(
      await compareRouters(table, {
        split,
        seeds: [42, 999],
        routers: names,
        encoder: givenEncoder({ table, vectors }),
        name: "made up",
        warnings: [],
        reproduce: "none",
        draws: 2000,
        threads,
      }),
    );
  let one: Report;
  beforeAll(async () => {
    one = await compareOn(1);
  });

  test.each([2, 4])("has the same numbers on %i threads as on one", async (threads) => {
    const report = await compareOn(threads);
    expect(report.routers.map(({ name }) => name)).toEqual(names);
    expect(report).toEqual(one);
  });
});

describeWithoutWebAssembly(() => {
  test.each(names)("%s asks the same models as with the kernels", async (name) => {
    const plain = await import("../../src/experiment/seed-run.ts");
    const registry = await import("../../src/routers/registry.ts");
    expect(plain.runSeed).not.toBe(withKernels.runSeed);
    const options = { split, seed: 42 };
    const embed = givenVectors({ table, vectors });
    const expected = await withKernels.runSeed(table, embed, { ...options, routers: [routerByName(name)] });
    const actual = await plain.runSeed(table, embed, { ...options, routers: [registry.routerByName(name)] });
    const [own, other] = [expected.routers[0]!, actual.routers[0]!];
    expect(other.replay.chosen).toEqual(own.replay.chosen);
    expect(other.replay.followUps).toEqual(own.replay.followUps);
    expect(other.options).toEqual(own.options);
  });
});
