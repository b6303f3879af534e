/**
 * node scripts/new.mjs router NAME    a router that compiles, its test and its registry line
 * node scripts/new.mjs metric NAME    the same for a metric of one number
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const source = fileURLToPath(new URL("../src/", import.meta.url));
const [kind = "", name = ""] = process.argv.slice(2);
const kinds = { router: { room: "routers", files: routerFiles }, metric: { room: "metrics", files: metricFiles } };

if (!Object.hasOwn(kinds, kind) || !/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name)) {
  console.error("Usage: node scripts/new.mjs router|metric NAME, with a name like my-router");
  process.exit(2);
}
const { room, files } = kinds[kind];
const symbol = name.replaceAll(/-(.)/g, (_, letter) => letter.toUpperCase());
const written = Object.entries(files()).map(([file, text]) => [join(source, room, file), text]);
const taken = written.find(([path]) => existsSync(path));
if (taken) {
  console.error(`${taken[0]} is there already. Choose another name.`);
  process.exit(2);
}
for (const [path, text] of written) writeFileSync(path, text);
register();
console.log(
  `${written.map(([path]) => path).join("\n")}\nlisted in src/${room}/registry.ts. Next: npm run check, then npm run docs.`,
);

/** Adds the import in name order and the entry at the end of the first list. */
function register() {
  const path = join(source, room, "registry.ts");
  const lines = readFileSync(path, "utf8").split("\n");
  const line = `import { ${symbol} } from "./${name}.ts";`;
  const isLocal = (text) => /^import .* from "\.\/.*";$/.test(text);
  const after = lines.findIndex((text) => isLocal(text) && text.split('"')[1] > `./${name}.ts`);
  const last = lines.findLastIndex(isLocal);
  lines.splice(after < 0 ? last + 1 : after, 0, line);
  const list = lines.findIndex((text) => text.startsWith(`export const ${room}:`));
  const end = lines.findIndex((text, i) => i > list && text === "];");
  lines.splice(end, 0, `  ${symbol},`);
  writeFileSync(path, lines.join("\n"));
}

function routerFiles() {
  return {
    [`${name}.ts`]: `/**
 * ${symbol}: TODO one sentence on the idea.
 *
 * TODO the formula. Source: TODO. Cost: fit O(n·m), decide O(m).
 */
import { z } from "zod";
import { throwIfAborted } from "../core/errors.ts";
import { defineRouter } from "../core/router.ts";
import { meanCostUsd, meanScore } from "./mean-outcome.ts";

export const ${symbol} = defineRouter({
  name: "${name}",
  summary: "TODO: how it chooses, in one sentence.",
  source: "signalbox",
  options: z.strictObject({}),
  stateShape: { quality: "f64[m]", costUsd: "f64[m]" },

  fit(train, _options, { signal }) {
    throwIfAborted(signal, "fitting ${name}");
    return { quality: meanScore(train), costUsd: meanCostUsd(train) };
  },

  estimate: ({ quality, costUsd }) => ({ quality, costUsd }),
});
`,
    [`${name}.test.ts`]: `import { expect, test } from "vitest";
import { oneExpert } from "../../test/support/tables.ts";
import { fitContext } from "../experiment/fit-context.ts";
import { trainTable } from "../experiment/train-table.ts";
import { ${symbol} } from "./${name}.ts";

test("${name} expects a score of every model", () => {
  const { table } = oneExpert({ queries: 40, seed: 1 });
  const train = trainTable(table, Int32Array.from(table.prompts.keys()), undefined);

  const state = ${symbol}.fit(train, {}, fitContext(1));

  const query = { embedding: new Float32Array(0), text: "", promptTokens: NaN };
  expect(${symbol}.estimate(state, query).quality).toHaveLength(table.models.length);
});
`,
  };
}

function metricFiles() {
  return {
    [`${name}.ts`]: `/**
 * TODO one sentence on what it says.
 *   TODO the formula
 * NaN when TODO.
 */
import { defineMetric } from "../core/metric.ts";
import { mean } from "../math/stats.ts";

export const ${symbol} = defineMetric({
  name: "${name}",
  title: "TODO",
  summary: "TODO: what it says, in one sentence.",
  formula: "TODO",
  source: "signalbox",
  family: "replay",
  unit: "fraction",
  better: "higher",

  compute: ({ replay }) => mean(replay.score),
});
`,
    [`${name}.test.ts`]: `import { expect, test } from "vitest";
import { ${symbol} } from "./${name}.ts";

test("${name} is described", () => {
  expect(${symbol}.name).toBe("${name}");
});
`,
  };
}
