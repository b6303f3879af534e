/** Calls as a worker makes them, with what it is told of the workers before it. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { noRedis, redisServer } from "../../../test/support/redis-server.ts";
import { json, scriptedServer } from "../../../test/support/scripted-server.ts";
import { temporaryFolder } from "../../../test/support/temporary-folder.ts";
import { connectRedis } from "../../queue/connect-redis.ts";
import { readCollectConfig } from "../config.ts";
import type { CollectConfig } from "../config-schema.ts";
import { callHandlers } from "./call-handlers.ts";
import { jobOf, needsOf, outcomeOf } from "./call-job.ts";

async function configFor(url: string): Promise<CollectConfig> {
  const path = join(await temporaryFolder(), "signalbox.yaml");
  const model = `{ name: a, model: maker/a, baseUrl: "${url}/v1", stream: false, concurrency: 2 }`;
  await writeFile(path, `schemaVersion: 1\ndatasets: [{ id: toy, path: none.jsonl }]\nmodels: [${model}]\n`);
  return await readCollectConfig(path);
}

test.skipIf(noRedis)("a call that workers were lost over counts each of them as possibly billed", async () => {
  const server = await scriptedServer((_, response) =>
    json(response, { choices: [{ message: { content: "yes" }, finish_reason: "stop" }] }),
  );
  const redis = await connectRedis((await redisServer()).url);
  const config = await configFor(server.url);
  const lane = { queue: "q", label: "model a", needs: needsOf(config.models[0]!), concurrency: 2 };
  const open = callHandlers(redis, { config, environment: {} });
  const handler = await open({ kind: "collect", lockMs: 1000, lanes: [lane], setup: "" }, lane);
  onTestFinished(async () => {
    await handler?.close();
    redis.disconnect();
    await server.close();
  });
  const request = { model: "maker/a", messages: [{ role: "user" as const, content: "?" }], parameters: {} };
  const job = jobOf({ key: "k", request, tokensGuess: 10 });
  const unsettled = async (begunBefore: number): Promise<number | undefined> => {
    const result = await handler!.handle("k", job, new AbortController().signal, begunBefore);
    return outcomeOf(Buffer.from(result)).unsettled;
  };
  expect(await unsettled(0)).toBeUndefined();
  expect(await unsettled(2)).toBe(2);
});
