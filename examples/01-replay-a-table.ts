/** Read a results folder and see what routing could gain, before any router is fitted. */
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspectTable, openData, simulatedResultFiles, writeResultFile } from "signalbox";

// A stand-in for your own results/ folder: 12 simulated models, 9 domains, 40 prompts each, seed 7.
const folder = await mkdtemp(join(tmpdir(), "signalbox-"));
for (const file of simulatedResultFiles(40, 7)) await writeResultFile(folder, file);

const { table, report } = await openData(folder, { snapshot: "off" });
const { bestSingle, datasetOracle, oracle, random } = inspectTable(table, "simulated pool", report.warnings);

console.log(`${table.prompts.length} prompts × ${table.models.length} models`);
for (const [name, { avgAcc, totalCostUsd }] of Object.entries({ bestSingle, datasetOracle, oracle, random })) {
  const accuracy = (100 * (avgAcc ?? NaN)).toFixed(1);
  console.log(`${name.padEnd(14)} ${accuracy.padStart(5)} %  ${(totalCostUsd ?? NaN).toFixed(2).padStart(6)} USD`);
}
