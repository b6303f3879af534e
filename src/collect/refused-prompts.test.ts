/** 401 and 402 stop a run; 403 may be the key, or one prompt that a provider's moderation refuses. And two models alike. */
import { readFile } from "node:fs/promises";
import { expect, onTestFinished, test } from "vitest";
import { json, scriptedServer } from "../../test/support/scripted-server.ts";
import type { Answer, ScriptedServer } from "../../test/support/scripted-server.ts";
import { simulatedCollection } from "../../test/support/simulated-collection.ts";
import type { Collection, CollectionOptions } from "../../test/support/simulated-collection.ts";

const answer = {
  choices: [{ message: { content: "yes" }, finish_reason: "stop" }],
  usage: { prompt_tokens: 5, completion_tokens: 9 },
};

async function scriptedCollection(
  answers: Answer,
  options: CollectionOptions,
): Promise<Collection & { server: ScriptedServer }> {
  const server = await scriptedServer(answers);
  onTestFinished(() => server.close());
  return { ...(await simulatedCollection({}, { ...options, baseUrl: `${server.url}/v1` })), server };
}

test("a prompt that is forbidden costs no other prompt its answer", async () => {
  const { run, server } = await scriptedCollection(
    ({ body }, response) =>
      /prompt [0-4]"/.test(body) ? json(response, { error: { message: "flagged" } }, 403) : json(response, answer),
    {
      prompts: 12,
      models: ["a"],
    },
  );
  const { models } = await run();
  expect([models[0]!.done, models[0]!.failed]).toEqual([7, 5]);
  expect(server.requests).toHaveLength(12);
});

test("where all are forbidden, the run stops after ten", async () => {
  const { run, server } = await scriptedCollection(
    (_, response) => json(response, { error: { message: "no such key" } }, 403),
    {
      prompts: 40,
      models: ["a"],
      concurrency: 1,
    },
  );
  await expect(run()).rejects.toThrow(/answered 403/);
  expect(server.requests).toHaveLength(10);
});

test("two entries that ask the same of one model have each their own answers and their own cost", async () => {
  const price = (outputPerMillionUsd: number) => ({
    inputPerMillionUsd: 0,
    outputPerMillionUsd,
    source: "test",
    asOf: "2026-11-28",
  });
  const { run, server } = await scriptedCollection((_, response) => json(response, answer), {
    prompts: 3,
    models: ["a", "b"],
    asked: "maker/same",
    prices: { a: price(1), b: price(10) },
  });
  const { models, files } = await run();
  expect(server.requests).toHaveLength(6);
  expect(models[1]!.costUsd).toBeCloseTo(10 * models[0]!.costUsd, 12);
  const heads = await Promise.all(
    files.map(async (file) => JSON.parse(await readFile(file, "utf8")) as { cost: number }),
  );
  expect(heads.map(({ cost }) => cost)).toEqual([expect.closeTo(27e-6, 12), expect.closeTo(270e-6, 12)]);
});
