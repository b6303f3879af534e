/**
 * How fast results become a table: cold (files read, joined, hashed, snapshot written) and warm (from the snapshot).
 * Yardstick of cold: a fresh process that reads and JSON.parses the same files on one thread. Of warm: cold.
 * Every sample is a fresh process and times the call, with the modules it loads on use. Data folder: $SIGNALBOX_DATA.
 */
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const samples = 7;
const dataSet = "mmlu-pro-open-pool";
const reader = new URL("../dist/store/read-results.js", import.meta.url).href;

const yardstickScript = `
import { readdirSync, readFileSync } from "node:fs";
const started = performance.now();
const entries = readdirSync(process.argv[1], { recursive: true, withFileTypes: true });
let records = 0;
for (const entry of entries) {
  if (!entry.name.endsWith(".json")) continue;
  records += JSON.parse(readFileSync((entry.parentPath ?? entry.path) + "/" + entry.name, "utf8")).records.length;
}
console.log(performance.now() - started);`;

const readScript = `
const { readResults } = await import(${JSON.stringify(reader)});
const started = performance.now();
await readResults(process.argv[1], { cacheDir: process.argv[2] });
console.log(performance.now() - started);`;

/** One line per measurement; none, with a note on stderr, when the data is absent. Times in milliseconds. */
export async function bench() {
  const folder = process.env.SIGNALBOX_DATA && join(process.env.SIGNALBOX_DATA, dataSet);
  if (!folder || !existsSync(folder)) {
    console.error(`ingest: skipped, $SIGNALBOX_DATA does not hold ${dataSet}`);
    return [];
  }
  const cache = mkdtempSync(join(tmpdir(), "signalbox-bench-"));
  try {
    const [parse, cold, warm] = [[], [], []];
    for (let i = 0; i < samples; i++) {
      parse.push(milliseconds(yardstickScript, folder));
      rmSync(cache, { recursive: true, force: true });
      cold.push(milliseconds(readScript, folder, cache));
      warm.push(milliseconds(readScript, folder, cache));
    }
    return [
      line("ingest, cold (406 files)", median(cold), median(parse), 1.5),
      line("ingest, warm (from the snapshot)", median(warm), median(cold), 0.1),
    ];
  } finally {
    rmSync(cache, { recursive: true, force: true });
  }
}

function milliseconds(script, ...args) {
  const output = execFileSync(process.execPath, ["--input-type=module", "-e", script, ...args], { encoding: "utf8" });
  return Number(output);
}

function line(name, value, yardstick, target) {
  return { name, value, yardstick, ratio: value / yardstick, target, unit: "ms" };
}

function median(values) {
  return values.toSorted((a, b) => a - b)[values.length >> 1];
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  console.table(await bench(), ["name", "value", "yardstick", "ratio", "target"]);
}
