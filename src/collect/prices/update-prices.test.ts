import { mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { liteLlmList, openRouterList } from "../../../test/support/price-lists.ts";
import { json, scriptedServer } from "../../../test/support/scripted-server.ts";
import type { Answer } from "../../../test/support/scripted-server.ts";
import { updatePrices } from "./update-prices.ts";
import type { PriceUpdate } from "./update-prices.ts";
import { updatedPrices } from "./updated-prices.ts";

let folder = "";
let path = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "signalbox-prices-"));
  path = join(folder, "cache", "prices.json");
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function update(answer: Answer, today = "2026-11-28"): Promise<PriceUpdate> {
  const server = await scriptedServer(answer);
  onTestFinished(() => server.close());
  return await updatePrices({ from: `${server.url}/prices.json`, today, path });
}

const serve =
  (body: unknown): Answer =>
  (_, response) =>
    json(response, body);

describe("updating prices", () => {
  test("keeps the list with its address, day and checksum", async () => {
    const told = await update(serve(liteLlmList));
    expect(told).toMatchObject({ format: "litellm", models: 2, otherKinds: 1, unpriced: 2, added: 2, changed: 0 });
    const kept = await updatedPrices(path);
    expect(kept).toMatchObject({ source: told.source, asOf: "2026-11-28", sha256: told.sha256 });
    expect(kept!.prices["gpt-4o-mini"]).toMatchObject({ inputPerMillionUsd: 0.15, asOf: "2026-11-28" });
  });

  test("says what is new, changed and gone", async () => {
    await update(serve(liteLlmList), "2026-11-01");
    const { "gpt-4o-mini": mini, ...others } = liteLlmList;
    const later = { ...others, "gpt-4o-micro": mini, "gemini/gemini-2.5-pro": { ...mini, input_cost_per_token: 9e-7 } };
    expect(await update(serve(later))).toMatchObject({ models: 2, added: 1, changed: 1, removed: 1 });
    expect(await update(serve(later))).toMatchObject({ added: 0, changed: 0, removed: 0 });
  });

  test("reads OpenRouter's list and a file as well", async () => {
    expect(await update(serve(openRouterList))).toMatchObject({ format: "openrouter", models: 2 });
    const file = join(folder, "list.json");
    await writeFile(file, JSON.stringify(liteLlmList));
    expect(await updatePrices({ from: file, today: "2026-11-28", path })).toMatchObject({
      format: "litellm",
      models: 2,
    });
  });

  test.each([
    ["a page", (_, response) => void response.end("<html>"), /is no JSON/],
    ["another list", serve({ users: [] }), /no price list in LiteLLM's or OpenRouter's format/],
    [
      "a list without a price",
      serve({ data: [{ id: "a", pricing: { prompt: "0", completion: "0" } }] }),
      /no price of a chat/,
    ],
    ["a refusal", (_, response) => json(response, {}, 404), /answered 404/],
    [
      "a line that breaks",
      (_, response) => {
        response.writeHead(200, { "content-length": "900" });
        response.write("{", () => response.destroy());
      },
      /broke off/,
    ],
  ] satisfies [string, Answer, RegExp][])(
    "%s leaves the prices in use as they are, and nothing beside them",
    async (_, answer, says) => {
      await update(serve(liteLlmList));
      const before = await readFile(path, "utf8");
      await expect(update(answer)).rejects.toThrow(says);
      expect(await readFile(path, "utf8")).toBe(before);
      expect(await readdir(join(folder, "cache"))).toEqual(["prices.json"]);
    },
  );

  test("a damaged table is an error where it is used, and is replaced by the next update", async () => {
    await update(serve(liteLlmList));
    await writeFile(path, '{"schemaVersion": 1, "prices": {');
    await expect(updatedPrices(path)).rejects.toThrow(/no table of prices.*prices update/s);
    await update(serve(liteLlmList));
    expect((await updatedPrices(path))!.format).toBe("litellm");
  });

  test("a table that was never fetched is none", async () => {
    expect(await updatedPrices(path)).toBeUndefined();
  });
});
