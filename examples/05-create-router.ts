/** The gateway's decisions inside your own program: gates, ceilings, sessions, and the reason. No model is called. */
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRouter, fitForServing, openData, routerByName, saveRouter } from "signalbox";
import { simulatedResultFiles, writeResultFile } from "signalbox";

// A stand-in for your own results/ folder, and for: npx signalbox fit results/ --router avengers -o my-router
const folder = await mkdtemp(join(tmpdir(), "signalbox-"));
for (const file of simulatedResultFiles(40, 7)) await writeResultFile(join(folder, "data"), file);
const { table } = await openData(join(folder, "data"), { snapshot: "off" });
const fit = await fitForServing(table, routerByName("avengers"), { seed: 42, encoder: { kind: "ngram" } });
await saveRouter(join(folder, "my-router"), { ...fit, encoderSpec: "ngram" });

const router = await createRouter({
  router: join(folder, "my-router"),
  config: { capabilities: { [table.models[0]?.id ?? ""]: { vision: false } } }, // what is not stated is let through, and said
});

const text = "What is 17 * 23 + 4?";
const free = await router.route(text);
console.log(`${free.model}: ${free.score.toFixed(2)} expected, ${free.costUsd.toFixed(5)} USD (${free.reason})`);
console.log(`then: ${free.alternatives[0]?.model}`);

const bounded = await router.route(text, { maxCostUsd: free.costUsd / 2, exclude: [free.model] });
console.log(`under half of that: ${bounded.model}; shut out: ${bounded.gated.length} of ${table.models.length}`);

// A conversation: the whole of it is read, and it keeps its model while a change would not pay for the lost cache.
const later = await router.route(
  [
    { role: "user", text },
    { role: "assistant", text: "395" },
    { role: "user", text: "And in binary?" },
  ],
  { session: "chat-1" },
);
console.log(`in a session: ${later.model}`);
await router.close();
