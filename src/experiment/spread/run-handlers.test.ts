/** What a worker refuses of a comparison, in words: another version, data that are not there, data that are others. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Redis } from "ioredis";
import { describe, expect, onTestFinished, test } from "vitest";
import { noRedis, redisServer } from "../../../test/support/redis-server.ts";
import { givenEncoder, oneExpert } from "../../../test/support/tables.ts";
import { temporaryFolder } from "../../../test/support/temporary-folder.ts";
import { connectRedis } from "../../queue/connect-redis.ts";
import { holdRun } from "../../queue/hold-run.ts";
import { bytesKey, jobPrefix } from "../../queue/keys.ts";
import type { RunInfo } from "../../queue/run-info.ts";
import { putBytes, sha256Of, sharedFileName } from "../../queue/shared-bytes.ts";
import { routerByName } from "../../routers/registry.ts";
import { runHandlers } from "./run-handlers.ts";
import { ownComputing, packed, unpacked } from "./setup.ts";
import type { SpreadSetup } from "./setup.ts";

const sample = oneExpert({ queries: 20, seed: 1 });
const choice = givenEncoder(sample);
const compared = {
  table: sample.table,
  encoder: { plan: { kind: "given" as const }, vectors: choice.kind === "given" ? choice.vectors : undefined },
  split: { mode: "native" as const, trainRatio: 0.7, ood: [] },
  routers: [routerByName("knn"), routerByName("best-single")],
};
const bytes = packed(compared);
const data = { sha256: sha256Of(bytes), bytes: bytes.length, place: "redis" as const };

async function connected(): Promise<Redis> {
  const server = await redisServer();
  const redis = await connectRedis(server.url);
  onTestFinished(() => redis.disconnect());
  return redis;
}

/** Asks a worker for the only queue of a run with one job waiting. */
async function asked(redis: Redis, setup: Partial<SpreadSetup>, share?: string) {
  const lane = { queue: "compare-x-1", label: "seed 1", needs: "", concurrency: 5 };
  await redis.lpush(`${jobPrefix}:${lane.queue}:wait`, "1/knn");
  const run: RunInfo = {
    kind: "compare",
    lockMs: 30_000,
    lanes: [lane],
    setup: JSON.stringify({ by: ownComputing(), data, ...setup }),
  };
  const opened = await runHandlers(redis, { threads: 2, share, worker: "w" })(run, lane);
  if (opened === undefined || "status" in opened) return opened;
  await opened.close();
  return "served";
}

const because = (reason: RegExp): object => ({ status: "not-now", reason: expect.stringMatching(reason) as string });

describe.skipIf(noRedis)("a worker asked for a comparison", () => {
  test("serves one of its own version whose data are there", async () => {
    const redis = await connected();
    await putBytes(redis, data.sha256, bytes);
    expect(await asked(redis, {})).toBe("served");
  });

  test("refuses another version, other code and other kernels, saying which", async () => {
    const redis = await connected();
    const by = ownComputing();
    const other = (change: Partial<typeof by>): Promise<unknown> => asked(redis, { by: { ...by, ...change } });
    expect(await other({ version: "0.0.9" })).toEqual(because(/signalbox is .* here and 0\.0\.9 at the comparison/));
    expect(await other({ code: "f".repeat(64) })).toEqual(because(/the code of signalbox .* ffffffffffff at the/));
    const kernels = by.kernels === "simd" ? "plain" : "simd";
    expect(await other({ kernels })).toEqual(because(/its kernels is/));
  });

  test("refuses what is no setup of a comparison", async () => {
    const redis = await connected();
    expect(await asked(redis, { data: { ...data, sha256: "short" } })).toEqual(because(/another version of signalbox/));
  });

  test("refuses data that are not there, and asks again later", async () => {
    const redis = await connected();
    expect(await asked(redis, {})).toEqual(because(/not, or no longer, in Redis/));
    await putBytes(redis, data.sha256, bytes);
    expect(await asked(redis, {})).toBe("served");
  });

  test("refuses data that are others than those compared", async () => {
    const redis = await connected();
    await redis.hset(bytesKey(data.sha256), "0", "something else");
    expect(await asked(redis, {})).toEqual(because(/the data found are others/));
  });

  test("takes data from a shared folder, and says when it lacks the folder or the file", async () => {
    const redis = await connected();
    const folder = await temporaryFolder();
    const inFolder = { data: { ...data, place: "folder" as const } };
    expect(await asked(redis, inFolder)).toEqual(because(/start the worker with --share/));
    expect(await asked(redis, inFolder, folder)).toEqual(because(/not in .*, the folder given to --share/));
    await writeFile(join(folder, sharedFileName(data)), bytes);
    expect(await asked(redis, inFolder, folder)).toBe("served");
  });

  test("gets the table to the last bit", () => {
    const again = unpacked(bytes)!;
    expect(again.table.score).toEqual(compared.table.score);
    expect(again.table.costUsd).toEqual(compared.table.costUsd);
    expect(again.table.prompts).toEqual(compared.table.prompts);
    expect(again.encoder.vectors).toEqual(compared.encoder.vectors);
    expect(again.routers.map(({ label }) => label)).toEqual(["knn", "best-single"]);
    expect(again.table.prediction(3, 1)).toBe(compared.table.prediction(3, 1));
  });
});

describe.skipIf(noRedis)("the hold on a run", () => {
  test("is refused while another has it, and had once that one is silent", async () => {
    const redis = await connected();
    const release = await holdRun(redis, "r", { holder: "one:1", holdMs: 600 });
    await expect(holdRun(redis, "r", { holder: "two:2", holdMs: 600 })).rejects.toThrow(
      /one:1 is at the same comparison/,
    );
    await release();
    await redis.set("signalbox:holder:r", "dead:3", "PX", 500);
    await (
      await holdRun(redis, "r", { holder: "two:2", holdMs: 600 })
    )();
  });
});
