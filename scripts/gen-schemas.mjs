/**
 * Writes schemas/*.schema.json from the zod schemas of src/core/report.ts. Run after any change there:
 * `npm run build && node scripts/gen-schemas.mjs`. With `--check` it only says whether a file is stale.
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { jsonSchemaText, publishedSchemas } from "../dist/report/json-schema.js";

const folder = new URL("../schemas/", import.meta.url);
mkdirSync(folder, { recursive: true });
for (const name of publishedSchemas) {
  const file = new URL(`${name}.schema.json`, folder);
  const text = jsonSchemaText(name);
  if (process.argv.includes("--check")) {
    if (readFileSync(file, "utf8") !== text) {
      console.error(`schemas/${name}.schema.json is stale: run "npm run build && node scripts/gen-schemas.mjs"`);
      process.exitCode = 1;
    }
  } else {
    writeFileSync(file, text);
  }
}
