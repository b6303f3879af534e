import { expect, test } from "vitest";
import { servingFit, servingTable } from "../../test/support/serving-fits.ts";
import type { DecideRequest, Decider } from "./decider.ts";
import { openDecider } from "./open-decider.ts";
import { swappableDecider } from "./swappable-decider.ts";

const { signal } = new AbortController();
const table = servingTable(20);
const request: DecideRequest = {
  dialogue: [{ role: "user", text: "prove the theorem" }],
  needs: { promptTokens: 0, contextTokens: 0, tools: false, vision: false, json: false },
  controls: {
    router: undefined,
    policy: undefined,
    allowed: undefined,
    excluded: [],
    ceilingUsd: undefined,
    floor: undefined,
    session: undefined,
    explain: false,
  },
  key: undefined,
};

/** A decider over one router that tells when it is closed, and answers when it is let. */
async function slow(label: string, log: string[]): Promise<{ decider: Decider; answer: () => void }> {
  const inner = await openDecider({ routers: { it: await servingFit(label, table) } });
  let answer = (): void => undefined;
  const gate = new Promise<void>((resolve) => (answer = resolve));
  const decider: Decider = {
    ...inner,
    decide: async (asked, stop) => gate.then(() => inner.decide(asked, stop)),
    async close() {
      log.push(`closed ${label}`);
      await inner.close();
    },
  };
  return { decider, answer };
}

test("a decision begun before a swap ends with the old router, which is closed only then", async () => {
  const log: string[] = [];
  const [old, next] = [await slow("cheapest", log), await slow("priciest", log)];
  const decider = swappableDecider(old.decider);
  const before = decider.decide(request, signal);
  const swapped = decider.swap(next.decider);
  const after = decider.decide(request, signal);
  next.answer();
  expect((await after).model).toBe("strong");
  expect(log).toEqual([]);
  old.answer();
  expect((await before).model).toBe("cheap");
  await swapped;
  expect(log).toEqual(["closed cheapest"]);
  await decider.close();
  expect(log).toEqual(["closed cheapest", "closed priciest"]);
});

test("an idle router is closed at once, and the names are those of the new one", async () => {
  const log: string[] = [];
  const old = await slow("cheapest", log);
  const decider = swappableDecider(old.decider);
  await decider.swap(await openDecider({ routers: { other: await servingFit("priciest", table) } }));
  expect(log).toEqual(["closed cheapest"]);
  expect(decider.routers).toEqual(["auto", "router-other"]);
  expect((await decider.decide(request, signal)).model).toBe("strong");
});
