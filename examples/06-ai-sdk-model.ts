/** A model for the AI SDK that chooses among your models for every call. Run: npm install ai signalbox */
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { generateText } from "ai";
import { MockLanguageModelV3 } from "ai/test";
import { createRouter, fitForServing, openData, routerByName, signalboxModel } from "signalbox";
import { loadRouter, saveRouter, simulatedResultFiles, writeResultFile } from "signalbox";

// A stand-in for your own results/ folder, and for: npx signalbox fit results/ --router avengers -o my-router
const folder = await mkdtemp(join(tmpdir(), "signalbox-"));
for (const file of simulatedResultFiles(40, 7)) await writeResultFile(join(folder, "data"), file);
const { table } = await openData(join(folder, "data"), { snapshot: "off" });
const fit = await fitForServing(table, routerByName("avengers"), { seed: 42, encoder: { kind: "ngram" } });
await saveRouter(join(folder, "my-router"), { ...fit, encoderSpec: "ngram" });

// Stand-ins for openai("gpt-5"), google("gemini-3-flash") …: any model of any provider package, by the router's names.
const none = { noCache: undefined, cacheRead: undefined, cacheWrite: undefined, text: undefined, reasoning: undefined };
const answering = (id = "") =>
  new MockLanguageModelV3({
    doGenerate: {
      content: [{ type: "text", text: `${id} answers` }],
      finishReason: { unified: "stop", raw: "stop" },
      usage: { inputTokens: { total: 9, ...none }, outputTokens: { total: 2, ...none } },
      warnings: [],
    },
  });
const models = Object.fromEntries(table.models.map(({ id }) => [id, answering(id)]));

const router = await createRouter({ router: await loadRouter(join(folder, "my-router")) });
const model = signalboxModel({ router, models });
for (const prompt of ["What is 17 * 23 + 4?", "Which river flows through Vienna?"]) {
  const { text, providerMetadata } = await generateText({ model, prompt });
  console.log(text, JSON.stringify(providerMetadata?.["signalbox"]?.["reason"]));
}
await router.close();
