import { expect, test } from "vitest";
import type { Chain, Link } from "./chain.ts";
import { doChain } from "./do-chain.ts";
import type { ChainWork } from "./do-chain.ts";

const chain: Chain = ["a", "b", "c", "d"].map((job): Link => [job, ""]);
const hour = 3_600_000;

/** What was begun, how many at once, and what was given back, of a chain done so. */
async function done(work: ChainWork["work"], options: Partial<ChainWork> = {}) {
  const seen = { begun: [] as string[], mostAtOnce: 0, givenBack: [] as string[], error: undefined as unknown };
  let atOnce = 0;
  await doChain(chain, {
    work: async (link) => {
      seen.begun.push(link[0]);
      seen.mostAtOnce = Math.max(seen.mostAtOnce, ++atOnce);
      await work(link).finally(() => atOnce--);
    },
    giveBack: async (rest) => void seen.givenBack.push(...rest.map(([job]) => job)),
    patienceMs: hour,
    trustedMs: 2 * hour,
    signal: new AbortController().signal,
    ...options,
  }).catch((error: unknown) => (seen.error = error));
  return seen;
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test("jobs are done in order, one at a time", async () => {
  expect(await done(turn)).toEqual({
    begun: ["a", "b", "c", "d"],
    mostAtOnce: 1,
    givenBack: [],
    error: undefined,
  });
});

test("where one takes longer than the others can wait for, they are given back, and it is finished", async () => {
  let end = (): void => undefined;
  const others = new Promise<void>((resolve) => (end = resolve));
  const given: string[] = [];
  const giveBack = async (rest: Chain): Promise<void> => {
    given.push(...rest.map(([job]) => job));
    end();
  };
  const { begun, error } = await done(([job]) => (job === "b" ? others : turn()), { patienceMs: 200, giveBack });
  expect([begun.concat(given), error]).toEqual([["a", "b", "c", "d"], undefined]);
});

test("what throws is told at the end, when the others are done", async () => {
  const { begun, error } = await done(async ([job]) => {
    if (job === "b") throw new Error("out of luck");
  });
  expect(begun).toEqual(["a", "b", "c", "d"]);
  expect(error).toEqual(new Error("out of luck"));
});

test("after an abort nothing is begun, and nothing given back", async () => {
  const stop = new AbortController();
  const { begun, givenBack, error } = await done(async () => stop.abort(new Error("stopped")), { signal: stop.signal });
  expect([begun, givenBack, error]).toEqual([["a"], [], new Error("stopped")]);
});

test("a worker that was held up so long that another may be at the chain begins no more of it, and gives none back", async () => {
  const late = { patienceMs: 0, trustedMs: 0 };
  const { begun, givenBack, error } = await done(() => new Promise((resolve) => setTimeout(resolve, 20)), late);
  expect(begun.length).toBeLessThan(2);
  expect(givenBack).toEqual([]);
  expect(String(error)).toContain("not renewed in time");
});
