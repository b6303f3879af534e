/** signalbox prices as a user runs it, with a cache folder of its own. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { signalbox } from "./support/command-line.ts";
import { liteLlmList } from "./support/price-lists.ts";
import { json, scriptedServer } from "./support/scripted-server.ts";
import { temporaryFolder } from "./support/temporary-folder.ts";

describe("prices", () => {
  test("are fetched from an address, and used from then on, with source and day", async () => {
    const env = { SIGNALBOX_CACHE: await temporaryFolder() };
    const server = await scriptedServer((_, response) => json(response, liteLlmList));
    onTestFinished(() => server.close());
    const before = await signalbox(["prices", "show", "gpt-4o-mini", "--json"], { env });
    expect(JSON.parse(before.stdout)).toMatchObject({ origin: "genai-prices" });
    const update = await signalbox(["prices", "update", "--from", `${server.url}/list.json`, "--json"], { env });
    expect([update.code, JSON.parse(update.stdout)]).toMatchObject([0, { models: 2, format: "litellm" }]);
    const after = await signalbox(["prices", "show", "gpt-4o-mini", "--json"], { env });
    expect(JSON.parse(after.stdout)).toMatchObject({
      origin: "prices update",
      price: { inputPerMillionUsd: 0.15, source: `${server.url}/list.json` },
    });
  });

  test("of signalbox.yaml come first in the list, and an unknown model is wrong usage", async () => {
    const folder = await temporaryFolder();
    const env = { SIGNALBOX_CACHE: folder };
    const config = join(folder, "signalbox.yaml");
    const price = '{ inputPerMillionUsd: 7, outputPerMillionUsd: 8, source: contract, asOf: "2026-11-01" }';
    const model = "{ name: a, model: b, baseUrl: https://example.com/v1 }";
    const text = `schemaVersion: 1\ndatasets: [{ id: d, path: p.jsonl }]\nmodels: [${model}]\nprices: { gpt-5: ${price} }\n`;
    await writeFile(config, text);
    const { stdout } = await signalbox(["prices", "list", "--config", config], { env });
    expect(stdout).toMatch(/^gpt-5 +7 +— +8 +signalbox\.yaml +2026-11-01$/m);
    expect(stdout).toMatch(/^claude-sonnet-4 +3 +— +15 +signalbox +2026-11-28$/m);
    const unknown = await signalbox(["prices", "show", "claude-sonet-4"], { env });
    expect([unknown.code, unknown.stdout]).toEqual([2, ""]);
    expect(unknown.stderr).toContain('Did you mean "claude-sonnet-4"');
  });
});
