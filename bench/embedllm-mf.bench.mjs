/**
 * EmbedLLM-MF against PyTorch on the CPU: one pass over 11,480 prompts × 20 models, d 384, and the loss on 2,000 other
 * prompts after fifteen passes, the shorter of the lengths the router tries. PyTorch trains the same model with the same
 * optimiser in batches of 64 to 1,024 prompts on one thread and on two; the yardstick is its fastest pass among those
 * that end with a loss no higher than ours. Paired runs in turn, the ratio is the median over pairs.
 * Run alone: `node bench/embedllm-mf.bench.mjs` (after a build). Skipped where python3 has no torch.
 */
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath, pathToFileURL } from "node:url";
import { fitContext } from "../dist/experiment/fit-context.js";
import { selectRows } from "../dist/math/matrix.js";
import { embedLlmMf, startRun } from "../dist/routers/embedllm-mf.js";
import { probeValues } from "../dist/routers/probe.js";
import { syntheticTable } from "./synthetic-table.mjs";

const [trained, held, models, dimensions, passes] = [11_480, 2000, 20, 384, 15];
const name = "EmbedLLM-MF pass over 229,600 pairs";
const options = embedLlmMf.options.parse({ epochs: passes });

export async function bench({ pairs = 5, python = "/usr/bin/python3" } = {}) {
  if (spawnSync(python, ["-c", "import torch"]).status !== 0) {
    return [{ name, skipped: `${python} has no torch (Debian: python3-torch)` }];
  }
  const { train, validation } = tables();
  const folder = mkdtempSync(join(tmpdir(), "signalbox-torch-"));
  const yardstick = startPython(python, folder, train, validation);
  try {
    const context = fitContext(1);
    const first = runOurs(train, validation, context);
    console.error(`ours, batches of ${options.batch}: ${figures(first)}`);
    const batching = await bestBatching(yardstick, first.loss);
    const runs = [];
    for (let pair = 0; pair < pairs; pair++) {
      runs.push({ theirs: await yardstick.run(batching), ours: runOurs(train, validation, context) });
    }
    return [
      {
        name,
        value: 1000 * median(runs.map(({ ours }) => ours.seconds)),
        yardstick: 1000 * median(runs.map(({ theirs }) => theirs.seconds)),
        ratio: median(runs.map(({ ours, theirs }) => ours.seconds / theirs.seconds)),
        target: 0.7,
        unit: "ms",
      },
    ];
  } finally {
    yardstick.stop();
    rmSync(folder, { recursive: true });
  }
}

function tables() {
  const { table, vectors } = syntheticTable({ prompts: trained + held, models, datasets: 15, dimensions, seed: 1 });
  const cut = (from, to) => {
    const rows = Int32Array.from({ length: to - from }, (_, r) => from + r);
    return {
      models: table.models,
      embeddings: selectRows(vectors.vectors, rows),
      score: selectRows(table.score, rows),
      costUsd: selectRows(table.costUsd, rows),
      prompts: table.prompts.slice(from, to),
    };
  };
  return { train: cut(0, trained), validation: cut(trained, trained + held) };
}

/** Median seconds of a pass, and the loss after the last. The batches are dealt once, in the context. */
function runOurs(train, validation, context) {
  const run = startRun(train, options, context);
  const seconds = [];
  for (let pass = 0; pass < passes; pass++) {
    const begin = performance.now();
    run.advance();
    seconds.push((performance.now() - begin) / 1000);
  }
  const state = run.snapshot();
  const { data } = probeValues(state, validation.embeddings);
  const losses = data.map((z, p) => Math.max(z, 0) - z * validation.score.data[p] + Math.log1p(Math.exp(-Math.abs(z))));
  return { seconds: median(seconds), loss: losses.reduce((sum, value) => sum + value, 0) / losses.length };
}

/** The fastest batching whose loss is no higher than `loss`; the one of the lowest loss if there is none. */
async function bestBatching(yardstick, loss) {
  const tried = [];
  for (const size of [64, 128, 256, 512, 1024]) {
    for (const threads of [1, 2]) {
      for (const form of ["compiled", "projected"]) {
        const result = await yardstick.run(`${size} ${threads} ${form}`);
        console.error(`PyTorch, batches of ${size}, threads ${threads}, ${form}: ${figures(result)}`);
        tried.push({ batching: `${size} ${threads} ${form}`, ...result });
      }
    }
  }
  const asGood = tried.filter((result) => result.loss <= loss).toSorted((a, b) => a.seconds - b.seconds);
  return (asGood[0] ?? tried.toSorted((a, b) => a.loss - b.loss)[0]).batching;
}

function startPython(python, folder, train, validation) {
  const bytes = (data) => Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  const both = (of) => Float32Array.from([...of(train), ...of(validation)]);
  writeFileSync(join(folder, "rows.f32"), bytes(both(({ embeddings }) => embeddings.data)));
  writeFileSync(join(folder, "scores.f32"), bytes(both(({ score }) => score.data)));
  // Without the settings of this machine that slow its BLAS.
  const { OPENBLAS_CORETYPE: _type, OPENBLAS_L2_SIZE: _size, ...env } = process.env;
  const script = fileURLToPath(new URL("embedllm_mf_torch.py", import.meta.url));
  const numbers = [trained, held, models, dimensions, options.dimensions, passes, options.l2, options.learningRate];
  const child = spawn(python, [script, folder, ...numbers.map(String)], { env, stdio: ["pipe", "pipe", "inherit"] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    async run(batching) {
      child.stdin.write(`${batching}\n`);
      const { value, done } = await lines.next();
      if (done) throw new Error(`${python} ended early`);
      return JSON.parse(value);
    },
    stop: () => child.stdin.end(),
  };
}

function figures({ seconds, loss }) {
  return `${(1000 * seconds).toFixed(1)} ms a pass, loss ${loss.toFixed(5)}`;
}

function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  return (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) console.table(await bench());
