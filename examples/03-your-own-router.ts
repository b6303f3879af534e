/** A router of your own: one value. Here, long prompts and short prompts each go to the model that did best on such. */
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { columnMeans, decide, defineRouter, fitForServing, openData, row, selectRows } from "signalbox";
import { selectTableRows, simulatedResultFiles, splitTable, writeResultFile } from "signalbox";
import { z } from "zod";

const byLength = defineRouter({
  name: "by-length",
  summary: "The best model for long prompts, or the best for short ones.",
  source: "an example",
  needs: { embeddings: false, text: true, cost: false },
  options: z.strictObject({ characters: z.int().positive().default(150).describe("Longer than this is long") }),
  fit({ prompts, score, costUsd }, { characters }) {
    const long = [...prompts.keys()].filter((i) => (prompts[i]?.length ?? 0) > characters);
    const short = [...prompts.keys()].filter((i) => !long.includes(i));
    return {
      characters,
      long: { quality: columnMeans(selectRows(score, long)), costUsd: columnMeans(selectRows(costUsd, long)) },
      short: { quality: columnMeans(selectRows(score, short)), costUsd: columnMeans(selectRows(costUsd, short)) },
    };
  },
  estimate: ({ characters, long, short }, { text }) => (text.length > characters ? long : short),
});

const folder = await mkdtemp(join(tmpdir(), "signalbox-"));
for (const file of simulatedResultFiles(40, 7)) await writeResultFile(folder, file);
const { table } = await openData(folder, { snapshot: "off" });
const { train, test } = splitTable(table, { mode: "native", trainRatio: 0.7, ood: [] }, 42);

const named = { label: byLength.name, router: byLength, fixed: {} };
const { fitted } = await fitForServing(selectTableRows(table, train), named, { seed: 42, encoder: { kind: "ngram" } });
let right = 0;
for (const i of test) {
  const query = { text: table.prompts[i] ?? "", embedding: new Float32Array(0), promptTokens: NaN };
  right += row(table.score, i)[decide(fitted, query).order[0] ?? -1] ?? 0;
}
console.log(`by-length: mean score ${(right / test.length).toFixed(3)} on ${test.length} test prompts`);
