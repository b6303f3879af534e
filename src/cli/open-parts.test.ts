import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../test/support/temporary-folder.ts";
import { openParts } from "./open-parts.ts";

test("a folder that holds no router is told of before a key that is not set", async () => {
  const folder = await temporaryFolder();
  const config = join(folder, "signalbox.yaml");
  const model = "{ name: a, model: a, baseUrl: https://a.example.com/v1, keyEnv: KEY_OF_A }";
  await writeFile(config, `schemaVersion: 1\nmodels: [${model}]\n`);
  const asked = { router: [join(folder, "nonsense")], config, listen: undefined };
  await expect(openParts(asked, {})).rejects.toThrow(/nonsense/);
});
