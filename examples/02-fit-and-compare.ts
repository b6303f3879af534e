/** Compare routers under one protocol: fitted on the training part, chosen on validation, measured on the test part. */
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { compareRouters, openData, reportToHtml, simulatedResultFiles, writeResultFile } from "signalbox";

// A stand-in for your own results/ folder: 12 simulated models, 9 domains, 40 prompts each, seed 7.
const folder = await mkdtemp(join(tmpdir(), "signalbox-"));
for (const file of simulatedResultFiles(40, 7)) await writeResultFile(folder, file);

const { table } = await openData(folder, { snapshot: "off" });
const report = await compareRouters(table, {
  name: "simulated pool",
  routers: ["knn", "avengers"], // random, best-single, dataset-oracle and oracle always stand beside them
  seeds: [42, 999],
});

console.log(report.verdict);
for (const { name, cheats, avgAcc, deltaBestSingle } of report.routers) {
  const delta = (100 * (deltaBestSingle.mean ?? NaN)).toFixed(1);
  console.log(
    `${name.padEnd(15)} AvgAcc ${avgAcc.mean?.toFixed(3)}  Δ best ${delta.padStart(5)}${cheats ? "  (not ranked)" : ""}`,
  );
}
await writeFile(join(folder, "report.html"), await reportToHtml(report));
