/** Attempts that gave no answer and may be billed: counted, of unknown cost, and kept from the budget. */
import { describe, expect, onTestFinished, test } from "vitest";
import { json, scriptedServer } from "../../test/support/scripted-server.ts";
import { simulatedCollection } from "../../test/support/simulated-collection.ts";
import type { Script } from "../../test/support/simulated-collection.ts";

/** What the maker of collections reserves for one call: 4,096 tokens at a cent. */
const reservedUsd = 40.96;
const once = (kind: string, more: object = {}): Script => ({ faults: [{ kind, attempts: 1, ...more }] });

describe("an attempt without an answer", () => {
  test.each([
    ["cut", {}, 1],
    ["invalid-json", {}, 1],
    ["status", { status: 503 }, 0],
    ["status", { status: 429 }, 0],
    ["status", { status: 400 }, 0],
  ] as const)("%s %j may be billed: %d", async (kind, more, calls) => {
    const { run, records } = await simulatedCollection(once(kind, more), { prompts: 1 });
    const { models } = await run({ retries: 0 });
    expect(models[0]).toMatchObject({ failed: 1, costUsd: 0, unsettled: { calls, costUsd: calls * reservedUsd } });
    const [record] = await records();
    expect([record!.unsettled ?? 0, record!.unsettledUsd ?? 0]).toEqual([calls, calls * reservedUsd]);
  });

  test("of a line that broke after the request was sent may be billed; of one that never stood, not", async () => {
    const server = await scriptedServer((_request, response) => void response.socket?.destroy());
    onTestFinished(() => server.close());
    const broken = await simulatedCollection({}, { prompts: 1, baseUrl: `${server.url}/v1` });
    expect((await broken.run({ retries: 0 })).models[0]!.unsettled.calls).toBe(1);
    const gone = await scriptedServer((_request, response) => json(response, {}));
    await gone.close();
    const refused = await simulatedCollection({}, { prompts: 1, baseUrl: `${gone.url}/v1` });
    expect((await refused.run({ retries: 0 })).models[0]!.unsettled.calls).toBe(0);
  });

  test("is counted beside the answer that a retry gave", async () => {
    const { run } = await simulatedCollection(once("cut"), { prompts: 1 });
    const { models } = await run({ retries: 1 });
    expect(models[0]).toMatchObject({ done: 1, failed: 0, unsettled: { calls: 1, costUsd: reservedUsd } });
  });

  test("is counted when the user stops before it is asked again", async () => {
    const { run, records } = await simulatedCollection({ faults: [{ kind: "cut" }] }, { prompts: 1 });
    const stop = new AbortController();
    const stopped = run(
      { retries: 2 },
      {
        firstWaitMs: 3_600_000,
        signal: stop.signal,
        observe: (provider) => ({
          ...provider,
          close: () => provider.close(),
          complete: (request, options) =>
            provider.complete(request, options).finally(() => setImmediate(() => stop.abort())),
        }),
      },
    );
    await expect(stopped).rejects.toThrow("interrupted");
    expect(await records()).toMatchObject([{ status: "fail", unsettled: 1, unsettledUsd: reservedUsd }]);
  });

  test("keeps its reservation from the budget, in this run and in the next", async () => {
    const { run, simulator } = await simulatedCollection(once("cut"), { prompts: 1 });
    const budgetUsd = 1.5 * reservedUsd;
    expect((await run({ retries: 0, budgetUsd })).models[0]).toMatchObject({ failed: 1 });
    expect((await run({ retries: 0, budgetUsd })).models[0]).toMatchObject({ done: 0, unaffordable: 1 });
    expect(simulator.counts.requests).toBe(1);
    expect((await run({ retries: 0, budgetUsd: 2 * reservedUsd })).models[0]).toMatchObject({ done: 1 });
  });
});
