/**
 * npm run bench [NAME …]: every bench as a ratio to its target or to a yardstick timed in the same run.
 * The baseline (bench/baseline.json) is what was measured when it was last moved; `--save` moves it.
 */
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { fileURLToPath } from "node:url";

const folder = fileURLToPath(new URL(".", import.meta.url));
const baselinePath = `${folder}baseline.json`;
const wanted = process.argv.slice(2).filter((argument) => !argument.startsWith("-"));
const save = process.argv.includes("--save");

const baseline = JSON.parse(readFileSync(baselinePath, "utf8"));
const files = readdirSync(folder)
  .filter((name) => name.endsWith(".bench.mjs"))
  .filter((name) => wanted.length === 0 || wanted.some((part) => name.includes(part)))
  .sort();

const round = (value) => Number(value.toPrecision(3));
const measured = { ...baseline };
let missed = 0;

console.log(`node ${process.version}, ${cpus().length} × ${cpus()[0].model}`);
for (const file of files) {
  const { bench, onlyByName } = await import(`./${file}`);
  if (onlyByName && wanted.length === 0) {
    console.log(`skip ${file}: ${onlyByName}`);
    continue;
  }
  const rows = await bench();
  for (const { name, value, yardstick, ratio, target, unit, skipped } of rows) {
    if (skipped) {
      console.log(`skip ${name}: ${skipped}`);
      continue;
    }
    const met = ratio <= target;
    if (!met) missed++;
    const before = baseline[name];
    const change =
      before === undefined
        ? "new"
        : `${ratio >= before ? "+" : ""}${round((ratio / before - 1) * 100)} % on the baseline`;
    console.log(
      `${met ? "ok  " : "MISS"} ${name}: ${round(value)} ${unit} against ${round(yardstick)} ${unit}, ratio ${round(ratio)} (≤ ${target}), ${change}`,
    );
    measured[name] = round(ratio);
  }
}
if (save) writeFileSync(baselinePath, `${JSON.stringify(measured, Object.keys(measured).sort(), 2)}\n`);
console.log(missed === 0 ? "all targets met" : `${missed} targets missed`);
process.exit(0);
