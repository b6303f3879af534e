/** A text-linear router, which needs no encoder, fitted on made-up prompts and saved. For benches only. */
import { promptMaker } from "./synthetic-prompts.mjs";
import { syntheticTable } from "./synthetic-table.mjs";

/** Saves it in the folder `path`; gives the names of its models. */
export async function saveTextLinear(path, { prompts, models, datasets }) {
  const [{ fitForServing }, { routerByName }, { saveRouter }, { seededRandom }] = await Promise.all(
    ["experiment/fit-for-serving", "routers/registry", "experiment/artefact", "math/random"].map(
      (room) => import(`../dist/${room}.js`),
    ),
  );
  const { table } = syntheticTable({ prompts, models, datasets, dimensions: 8, seed: 2 });
  const prompt = promptMaker(seededRandom("bench prompts"));
  const worded = { ...table, prompts: table.prompts.map(() => prompt(300)) };
  const fit = await fitForServing(worded, routerByName("text-linear"), { seed: 1, encoder: { kind: "ngram" } });
  await saveRouter(path, { ...fit, encoderSpec: "ngram" });
  return table.models.map(({ id }) => id);
}
