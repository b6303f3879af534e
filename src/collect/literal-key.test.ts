import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../test/support/temporary-folder.ts";
import { openYaml } from "../store/yaml-file.ts";
import { refuseLiteralKeys } from "./literal-key.ts";

async function refusalOf(text: string): Promise<string> {
  const path = join(await temporaryFolder(), "signalbox.yaml");
  await writeFile(path, text);
  const file = await openYaml(path, "");
  try {
    refuseLiteralKeys(file);
  } catch (error) {
    return String(error);
  }
  return "";
}

// Put together here, so that no scanner takes this file for a leak.
const canary = ["sk", "canary", "0123456789abcdef"].join("-");
const google = `AIza${"Sy0123456789".repeat(3)}`;

test.each([
  ["where its variable's name belongs", `models: [{ keyEnv: ${canary} }]`, "1:20"],
  ["behind an unknown name", `a: 1\nmodels: [{ foo: ${canary} }]`, "2:17"],
  ["as a key", `${canary}: 1`, "1:1"],
  ["in extraBody", `extraBody:\n  auth: { x: "${google}" }`, "2:15"],
  ["in a header", `headers: { Authorization: "Bearer abcdef0123456789" }`, "1:28"],
  ["in a comment", `a: 1 # ${canary}`, "1:8"],
  ["in an address", `baseUrl: https://me:canary@example.com/v1`, "1:10"],
  ["among an address's parameters", `baseUrl: https://example.com/v1?key=canary0123`, "1:32"],
  ["in a list", `x:\n  - ${canary}`, "2:5"],
  ["as a password of another kind", `mysql: { password: "hunter-canary" }`, "1:20"],
  ["as hexadecimal digits that could be a name", `keyEnv: deadbeefcanary0123456789`, "1:9"],
])("refuses a key %s, and does not show it", async (_, text, place) => {
  const refusal = await refusalOf(text);
  expect(refusal).toContain(`signalbox.yaml:${place}: a key stands in this file`);
  expect(refusal).not.toMatch(/canary|AIza|abcdef0/);
});

test.each([
  "keyEnv: OPENAI_API_KEY",
  "api_key: ${OPENAI_API_KEY}",
  "api_key: os.environ/OPENAI_API_KEY",
  "api_key: $OPENAI_API_KEY",
  "mysql: { password: MYSQL_PASSWORD }",
  "maxOutputTokens: 1024",
  "tokensPerMinute: 100000",
  "key_generator: { cached_parameters: [model, messages] }",
  "baseUrl: https://api.example.com:8443/v1",
  "baseUrl: http://127.0.0.1:8099/v1",
  "model: accounts/fireworks/models/task-model-2024-01-01-instruct",
  "path: data/disk-2024-benchmarks-0001.jsonl",
  'headers: { Authorization: "Bearer $TOKEN_OF_MINE" }',
])("lets %s pass", async (text) => {
  expect(await refusalOf(text)).toBe("");
});
