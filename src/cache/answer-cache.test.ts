/** One exam for every store: what a cache of answers promises, whatever holds the bytes. */
import { readFile, readdir, stat, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { assert, integer, nat, property } from "fast-check";
import { describe, expect, onTestFinished, test } from "vitest";
import { noRedis, redisServer } from "../../test/support/redis-server.ts";
import { temporaryFolder } from "../../test/support/temporary-folder.ts";
import { answerCache } from "./answer-cache.ts";
import type { AnswerCache } from "./answer-cache.ts";
import type { ByteStore } from "./byte-store.ts";
import { answerBytes, answerOfBytes } from "./kept-answer.ts";
import type { KeptAnswer } from "./kept-answer.ts";
import { openLmdb } from "./lmdb-store.ts";
import { openCache } from "./open-cache.ts";
import { keyOfQuestion } from "./question.ts";
import { openRedis } from "./redis-store.ts";

function answerTo(prompt: string, sample = 0): KeptAnswer {
  return {
    question: {
      provider: "openai",
      baseUrl: "https://models.example/v1",
      request: { model: "maker/small", messages: [{ role: "user", content: prompt }], parameters: { temperature: 0 } },
      sample,
    },
    completion: {
      text: `yes, ${prompt} ☂`,
      finishReason: "stop",
      servedModel: "maker/small",
      usage: { inputTokens: 5, cachedInputTokens: NaN, cacheWriteTokens: NaN, outputTokens: 2, reasoningTokens: NaN },
      reportedCostUsd: NaN,
      firstTokenMs: NaN,
      latencyMs: 12.5,
      requestId: "r-1",
    },
    costUsd: 0.25,
    costSource: "priced",
    at: "2026-11-28T12:00:00.000Z",
    origin: "call",
  };
}

interface Kind {
  readonly name: string;
  readonly absent: string | undefined;
  /** opens one and the same store twice */
  readonly twice: () => Promise<[ByteStore, ByteStore]>;
}

const kinds: readonly Kind[] = [
  {
    name: "LMDB",
    absent: undefined,
    async twice() {
      const folder = join(await temporaryFolder(), "answers");
      return [(await openLmdb(folder)).store, (await openLmdb(folder)).store];
    },
  },
  {
    name: "Redis",
    absent: noRedis,
    async twice() {
      const { url } = await redisServer();
      return [await openRedis(url), await openRedis(url)];
    },
  },
];

for (const { name, absent, twice } of kinds) {
  describe.skipIf(absent !== undefined)(`answers in ${name}${absent === undefined ? "" : ` (${absent})`}`, () => {
    async function opened(): Promise<{ one: AnswerCache; other: AnswerCache; bytes: ByteStore }> {
      const [first, second] = await twice();
      onTestFinished(async () => {
        await first.close();
        await second.close();
      });
      return { one: answerCache(first), other: answerCache(second), bytes: second };
    }

    test("what one puts, another finds: all of it, NaN included", async () => {
      const { one, other } = await opened();
      const answer = answerTo("prompt");
      const key = keyOfQuestion(answer.question);
      expect(await other.get(key)).toBeUndefined();
      await one.put(key, answer);
      expect(await other.get(key)).toEqual(answer);
    });

    test("what is put late is found at once where it was put, and by others once the cache is idle", async () => {
      const { one, other } = await opened();
      const answers = Array.from({ length: 300 }, (_, i) => answerTo(`prompt ${i}`));
      for (const answer of answers) await one.putLate(keyOfQuestion(answer.question), answer);
      for (const answer of answers) expect(await one.get(keyOfQuestion(answer.question))).toEqual(answer);
      await one.idle();
      for (const answer of answers) expect(await other.get(keyOfQuestion(answer.question))).toEqual(answer);
    });

    test("closing writes what was put late", async () => {
      const { one, other } = await opened();
      await one.putLate("a.0", answerTo("a"));
      await one.close();
      expect(await other.get("a.0")).toEqual(answerTo("a"));
    });

    test("all entries can be walked, more than fit one page, and removed", async () => {
      const { one, other } = await opened();
      const answers = Array.from({ length: 700 }, (_, i) => answerTo(`prompt ${i}`));
      await Promise.all(answers.map((answer) => one.put(keyOfQuestion(answer.question), answer)));
      const keys = await keysOf(other);
      expect(new Set(keys)).toEqual(new Set(answers.map(({ question }) => keyOfQuestion(question))));
      await other.remove(keys.slice(0, 650));
      await other.compact();
      expect((await keysOf(other)).toSorted()).toEqual(keys.slice(650).toSorted());
    });

    test("a damaged entry is a miss and is counted; the others are found", async () => {
      const { one, bytes } = await opened();
      await one.put("a.0", answerTo("a"));
      await one.put("b.0", answerTo("b"));
      const whole = Buffer.from((await bytes.get("a.0")) ?? []);
      whole[whole.length >> 1]! ^= 1;
      await bytes.putAll(
        new Map([
          ["a.0", whole],
          ["c.0", new Uint8Array()],
        ]),
      );
      expect([await one.get("a.0"), await one.get("c.0"), one.damaged]).toEqual([undefined, undefined, 2]);
      expect((await one.get("b.0"))?.completion.text).toBe("yes, b ☂");
    });
  });
}

async function keysOf(cache: AnswerCache): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of cache.entries()) keys.push(key);
  return keys;
}

test("no change of a single byte of a kept answer goes unnoticed", () => {
  const bytes = answerBytes(answerTo("prompt"));
  assert(
    property(nat(bytes.length - 1), integer({ min: 1, max: 255 }), (place, change) => {
      const damaged = Buffer.from(bytes);
      damaged[place]! ^= change;
      return answerOfBytes(damaged) === undefined;
    }),
  );
  expect(answerOfBytes(bytes)).toEqual(answerTo("prompt"));
});

describe("a cache in a folder", () => {
  test.each([
    ["cut short", async (path: string) => await truncate(path, (await stat(path)).size >> 1)],
    ["overwritten", async (path: string) => await writeFile(path, "no database\n".repeat(5000))],
    ["cut to a stub", async (path: string) => await truncate(path, 40)],
  ])("that was %s is put aside and begun anew, with a note", async (_, damage) => {
    const above = await temporaryFolder();
    const folder = join(above, "answers");
    const { cache } = await openCache(folder);
    await Promise.all(Array.from({ length: 300 }, (_, i) => cache.put(`${i}.0`, answerTo(`prompt ${i}`))));
    await cache.close();
    await damage(join(folder, "data.mdb"));
    const again = await openCache(folder);
    onTestFinished(() => again.cache.close());
    expect(again.notes.join()).toMatch(/put aside/);
    expect(await again.cache.get("1.0")).toBeUndefined();
    await again.cache.put("1.0", answerTo("new"));
    expect((await readdir(above)).filter((name) => name.includes("damaged"))).toHaveLength(1);
  });

  test("is its owner's alone, and gives room back once entries are removed", async () => {
    const folder = join(await temporaryFolder(), "answers");
    const { cache } = await openCache(folder);
    onTestFinished(() => cache.close());
    expect((await stat(folder)).mode & 0o077).toBe(0);
    const long = "x".repeat(20_000);
    const random = (i: number) =>
      Buffer.from(long)
        .map((_, j) => 33 + ((i * 7919 + j * j * 31) % 90))
        .toString();
    const keys = Array.from({ length: 200 }, (_, i) => `${i}.0`);
    await Promise.all(keys.map((key, i) => cache.put(key, answerTo(random(i)))));
    const before = (await stat(join(folder, "data.mdb"))).size;
    await cache.remove(keys.slice(10));
    await cache.compact();
    expect((await stat(join(folder, "data.mdb"))).size).toBeLessThan(before / 2);
    expect(await cache.get("3.0")).toEqual(answerTo(random(3)));
    await cache.put("new.0", answerTo("new"));
    expect(await cache.get("new.0")).toBeDefined();
  });

  test("that cannot be made is an error that says how to go on", async () => {
    const file = join(await temporaryFolder(), "file");
    await writeFile(file, "");
    await expect(openCache(join(file, "answers"))).rejects.toThrow(/cannot be opened.*--no-cache/);
    expect(await readFile(file, "utf8")).toBe("");
  });
});

describe.skipIf(noRedis !== undefined)("a cache in Redis", () => {
  test("that is not there is an error that names the address, without its password", async () => {
    const server = await redisServer(["--requirepass", "canary-secret"]);
    const { host } = new URL(server.url);
    await expect(openCache(server.url)).rejects.toThrow(/cannot be reached/);
    const { cache } = await openCache(server.url, { SIGNALBOX_REDIS_PASSWORD: "canary-secret" });
    await cache.put("a.0", answerTo("a"));
    await cache.close();
    const wrong = await refusal(`redis://:canary-wrong@${host}`);
    expect(wrong).toMatch(new RegExp(`redis://${host}`));
    expect(wrong).not.toContain("canary");
    await server.stop();
    await expect(openCache(server.url, { SIGNALBOX_REDIS_PASSWORD: "canary-secret" })).rejects.toThrow(
      /cannot be reached \(.*ECONNREFUSED/,
    );
  });

  test("that restarts in the middle is waited for", async () => {
    const server = await redisServer();
    const { cache } = await openCache(server.url);
    onTestFinished(() => cache.close());
    await cache.put("a.0", answerTo("a"));
    await server.stop();
    const asked = cache.get("a.0");
    await server.start();
    expect(await asked).toBeUndefined();
    await cache.put("a.0", answerTo("a"));
    expect(await cache.get("a.0")).toBeDefined();
  });
});

test.each(["http://models.example", "postgres://user:canary@host/db", "redis://"])("%s is no cache", async (place) => {
  const said = await refusal(place);
  expect(said).toMatch(/not the address of a cache/);
  expect(said).not.toContain("canary");
});

/** All that an error says and carries. */
async function refusal(place: string): Promise<string> {
  try {
    await openCache(place);
  } catch (error) {
    if (error instanceof Error) return error.message + JSON.stringify(error);
  }
  throw new Error(`${place} was opened`);
}
