/**
 * Writes schemas/*.schema.json from the zod schemas: what src/report/json-schema.ts lists, and the imported row of
 * src/store/import-columns.ts. Run after any change there: `npm run build && node scripts/gen-schemas.mjs`.
 * With `--check` it only says whether a file is stale.
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { jsonSchemaText, publishedSchemas } from "../dist/report/json-schema.js";
import { importRowSchemaText } from "../dist/store/import-columns.js";

const folder = new URL("../schemas/", import.meta.url);
const texts = new Map(publishedSchemas.map((name) => [name, jsonSchemaText(name)]));
texts.set("import-row", importRowSchemaText());
mkdirSync(folder, { recursive: true });
for (const [name, text] of texts) {
  const file = new URL(`${name}.schema.json`, folder);
  if (process.argv.includes("--check")) {
    if (readFileSync(file, "utf8") !== text) {
      console.error(`schemas/${name}.schema.json is stale: run "npm run build && node scripts/gen-schemas.mjs"`);
      process.exitCode = 1;
    }
  } else {
    writeFileSync(file, text);
  }
}
