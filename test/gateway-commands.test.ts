/** signalbox keys and signalbox spend, as a user runs them. */
import { appendFile, readFile, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { spendLine } from "../src/gateway-state/spend-record.ts";
import { fitForServing } from "../src/experiment/fit-for-serving.ts";
import { saveRouter } from "../src/experiment/artefact.ts";
import { routerByName } from "../src/routers/registry.ts";
import { openState } from "../src/gateway-state/open-state.ts";
import { servingTable } from "./support/serving-fits.ts";
import { temporaryFolder } from "./support/temporary-folder.ts";
import { startCommand } from "./support/worker-process.ts";

interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly said: string;
}

async function run(folder: string, ...args: string[]): Promise<Ran> {
  const { child, ended, said } = startCommand(args, folder);
  let out = "";
  child.stdout?.on("data", (chunk: Buffer) => (out += chunk.toString()));
  const code = await ended;
  return { code, out, said: said() };
}

test(
  "a key for a model that is a slip is not made; one for models to come is, and that is said",
  { timeout: 180_000 },
  async () => {
    const folder = await temporaryFolder();
    const model = "{ name: small, baseUrl: https://a.example.com/v1 }";
    await writeFile(join(folder, "signalbox.yaml"), `models: [${model}]\ngateway: { state: .signalbox/gateway }\n`);
    const slip = await run(folder, "keys", "create", "team", "--models", "smal");
    expect([slip.code, slip.out, slip.said]).toEqual([2, "", expect.stringMatching(/"smal".*Did you mean "small"/s)]);
    const made = await run(folder, "keys", "create", "team", "--models", "small,maker/*");
    expect([made.code, made.said]).toEqual([
      0,
      expect.stringContaining('"maker/*" fits no model of the configuration'),
    ]);
  },
);

test(
  "a key is made, used, renewed and revoked; its secret is shown once and kept nowhere",
  { timeout: 180_000 },
  async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, "signalbox.yaml"), "gateway: { state: .signalbox/gateway }\n");
    const made = await run(
      folder,
      "keys",
      "create",
      "team",
      "--day",
      "5",
      "--models",
      "small,maker/*",
      "--requests-per-minute",
      "60",
    );
    const secret = made.out.trim();
    expect([made.code, secret]).toEqual([0, expect.stringMatching(/^sk-sb-[\w-]{43}$/)]);
    const { state } = await openState(join(folder, ".signalbox", "gateway"));
    expect(await state.keys.find(secret)).toMatchObject({
      status: "valid",
      key: { name: "team", caps: { day: 5 }, limits: { requestsPerMinute: 60 }, models: ["small", "maker/*"] },
    });
    const renewed = (await run(folder, "keys", "rotate", "team", "--grace", "1h")).out.trim();
    expect((await Promise.resolve(state.keys.find(renewed))).status).toBe("valid");
    const listed = await run(folder, "keys", "list");
    expect(listed.out).toMatch(/team +in force +small, maker\/\* +60 +– +0 of 5\.00/);
    expect((await run(folder, "keys", "revoke", "team")).out).toMatch(/is revoked/);
    expect((await Promise.resolve(state.keys.find(secret))).status).toBe("revoked");
    await state.close();
    for (const file of await readdir(folder, { recursive: true, withFileTypes: true })) {
      if (!file.isFile()) continue;
      // oxlint-disable-next-line no-await-in-loop -- a handful of files
      const bytes = await readFile(join(file.parentPath, file.name));
      expect([file.name, bytes.includes(secret.slice(6)), bytes.includes(renewed.slice(6))]).toEqual([
        file.name,
        false,
        false,
      ]);
    }
  },
);

const config = `schemaVersion: 1
models: [{ name: small, model: maker/small }, { name: large, model: maker/large }, { name: odd, model: maker/odd }]
prices:
  small: { inputPerMillionUsd: 1, outputPerMillionUsd: 2, source: test, asOf: 2026-11-28 }
  large: { inputPerMillionUsd: 10, outputPerMillionUsd: 20, source: test, asOf: 2026-11-28 }
gateway: { spendLog: spend.jsonl }
`;

test("spend is told by key, model and day, and against always one model", { timeout: 180_000 }, async () => {
  const folder = await temporaryFolder();
  await writeFile(join(folder, "signalbox.yaml"), config);
  const none = await run(folder, "spend");
  expect([none.code, none.said]).toEqual([2, expect.stringMatching(/there is no spend log yet/)]);
  const usage = {
    inputTokens: 1000,
    cachedInputTokens: NaN,
    cacheWriteTokens: NaN,
    outputTokens: 500,
    reasoningTokens: NaN,
  };
  for (const [model, costUsd] of [
    ["small", 0.002],
    ["large", 0.02],
    ["small", NaN],
  ] as const) {
    const at = "2026-11-28T12:00:00.000Z";
    const record = {
      at,
      requestId: "r",
      key: "key_a",
      keyName: "team",
      model,
      router: "auto",
      served: true,
      usage,
      costUsd,
    };
    // oxlint-disable-next-line no-await-in-loop -- a line after the other
    await appendFile(join(folder, "spend.jsonl"), `${spendLine({ ...record, costSource: "priced" })}\n`);
  }
  await appendFile(join(folder, "spend.jsonl"), '{"torn\n');
  const told = await run(folder, "spend", "--best-single", "large");
  expect(told.code).toBe(0);
  expect(told.said).toMatch(/1 line passed over/);
  expect(told.out).toMatch(/3 calls from 2026-11-28 to 2026-11-28: 0\.0220 USD; the cost of 1 call is not known/);
  expect(told.out).toMatch(/always best single \(large\) +0\.0400 +saved 45\.0 %/);
  expect(told.out).toMatch(/always dearest \(large\)/);
  expect(told.out).toMatch(/without a price, and so not compared: odd/);
  const json = JSON.parse((await run(folder, "spend", "--json")).out) as Record<string, unknown>;
  expect(json).toMatchObject({
    total: { calls: 3, costUsd: 0.022, unknown: 1 },
    against: { requests: 2, leftOut: 1, spentUsd: 0.022, dearest: { model: "large", costUsd: 0.04 } },
  });
});

test(
  "spend takes the model that is best alone from the router that the configuration names",
  { timeout: 120_000 },
  async () => {
    const folder = await temporaryFolder();
    const fit = await fitForServing(servingTable(), routerByName("knn"), { seed: 1, encoder: { kind: "ngram" } });
    await saveRouter(join(folder, "near"), { ...fit, encoderSpec: "ngram" });
    const price = "{ inputPerMillionUsd: 1, outputPerMillionUsd: 1, source: made up, asOf: 2026-01-01 }";
    const lines = [
      "models:",
      ...["cheap", "strong"].map((name) => `  - { name: ${name}, model: ${name}, baseUrl: "http://127.0.0.1:1/v1" }`),
      "prices:",
      ...["cheap", "strong"].map((name) => `  ${name}: ${price}`),
      "gateway: { spendLog: spend.jsonl, routers: { near: near } }",
    ];
    await writeFile(join(folder, "signalbox.yaml"), `${lines.join("\n")}\n`);
    const none = { cachedInputTokens: NaN, cacheWriteTokens: NaN, reasoningTokens: NaN };
    const call = { requestId: "r", key: "", keyName: "", model: "cheap", router: "near", served: true, costUsd: 0.001 };
    const usage = { inputTokens: 1000, outputTokens: 500, ...none };
    const line = spendLine({ at: "2026-11-28T12:00:00.000Z", ...call, usage, costSource: "priced" });
    await writeFile(join(folder, "spend.jsonl"), `${line}\n`);
    expect((await run(folder, "spend")).out).toMatch(/always best single \(strong\) +0\.00150/);
  },
);
