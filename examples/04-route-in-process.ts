/** Fit once, save, load, and route queries inside your own program. No model is called: you get the name to call. */
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { decide, fitForServing, loadRouter, openData, routerByName, saveRouter } from "signalbox";
import { simulatedResultFiles, writeResultFile } from "signalbox";

// A stand-in for your own results/ folder: 12 simulated models, 9 domains, 40 prompts each, seed 7.
const folder = await mkdtemp(join(tmpdir(), "signalbox-"));
for (const file of simulatedResultFiles(40, 7)) await writeResultFile(join(folder, "data"), file);
const { table } = await openData(join(folder, "data"), { snapshot: "off" });

const fit = await fitForServing(table, routerByName("avengers"), { seed: 42, encoder: { kind: "ngram" } });
await saveRouter(join(folder, "my-router"), { ...fit, encoderSpec: "ngram" });

const { fitted, encoder } = await loadRouter(join(folder, "my-router"));
if (!encoder) throw new Error("this router was saved without its encoder");
for (const text of ["What is 17 * 23 + 4?", "Which river flows through Vienna?"]) {
  const query = { text, embedding: encoder.encodeOne(text), promptTokens: NaN };
  const best = decide(fitted, query);
  const thrifty = decide(fitted, query, { kind: "costWeight", lambda: 5 }); // one cent is worth 0.05 of score
  const name = (column = -1) => fitted.models[column]?.id;
  console.log(`${text}\n  best: ${name(best.order[0])}   at λ = 5: ${name(thrifty.order[0])}`);
}
