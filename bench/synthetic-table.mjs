/** A synthetic outcome table of any size: clustered unit embeddings, models with a skill per cluster. For benches only. */
import { seededRandom } from "../dist/math/random.js";

export function syntheticTable({ prompts, models, datasets, dimensions, seed }) {
  const random = seededRandom(seed, "bench table");
  const clusters = datasets * 4;
  const centres = Array.from({ length: clusters }, () =>
    Float32Array.from({ length: dimensions }, () => random.normal()),
  );
  const skill = Float64Array.from({ length: clusters * models }, () => 1.2 * random.normal());
  const strength = Float64Array.from({ length: models }, () => 0.8 * random.normal());
  const vectors = new Float32Array(prompts * dimensions);
  const datasetOf = new Int32Array(prompts);
  const score = new Float64Array(prompts * models);
  const costUsd = new Float64Array(prompts * models);
  for (let i = 0; i < prompts; i++) {
    const cluster = random.below(clusters);
    datasetOf[i] = Math.floor(cluster / 4);
    writeUnit(vectors.subarray(i * dimensions, (i + 1) * dimensions), centres[cluster], random);
    const difficulty = random.normal();
    for (let j = 0; j < models; j++) {
      const logit = strength[j] + skill[cluster * models + j] - difficulty;
      score[i * models + j] = random.uniform() < 1 / (1 + Math.exp(-logit)) ? 1 : 0;
      costUsd[i * models + j] = 0.0001 * (j + 1) * Math.exp(0.3 * random.normal());
    }
  }
  const matrix = (data) => ({ rows: prompts, cols: models, data });
  const table = {
    datasets: Array.from({ length: datasets }, (_, d) => ({ dataset: `set-${d}`, split: "test" })),
    models: Array.from({ length: models }, (_, j) => ({ id: `model-${String(j).padStart(2, "0")}` })),
    datasetOf,
    index: Int32Array.from({ length: prompts }, (_, i) => i + 1),
    groupOf: Int32Array.from({ length: prompts }, (_, i) => i),
    prompts: Array.from({ length: prompts }, (_, i) => `prompt ${i}`),
    score: matrix(score),
    costUsd: matrix(costUsd),
    promptTokens: matrix(new Float64Array(score.length).fill(100)),
    completionTokens: matrix(new Float64Array(score.length).fill(200)),
    status: new Uint8Array(score.length),
    prediction: () => "",
    digest: `synthetic-${prompts}-${models}-${seed}`,
  };
  const fingerprint = fingerprintOf(seed, dimensions);
  return { table, vectors: { vectors: { rows: prompts, cols: dimensions, data: vectors }, fingerprint } };
}

function writeUnit(out, centre, random) {
  let norm = 0;
  for (let c = 0; c < out.length; c++) {
    out[c] = centre[c] + 1.5 * random.normal();
    norm += out[c] ** 2;
  }
  for (let c = 0; c < out.length; c++) out[c] /= Math.sqrt(norm);
}

function fingerprintOf(seed, dimensions) {
  const fixed = { truncation: "none", pooling: "none", normalised: true, instruction: "" };
  return { provider: "precomputed", model: "synthetic", revision: String(seed), dimensions, ...fixed };
}
