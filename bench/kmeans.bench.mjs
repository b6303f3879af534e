/**
 * k-means against scikit-learn: 8,030 × 384, K 64, ten restarts from the same starting centres, both on two threads.
 * Paired runs in turn, the ratio is the median over pairs. Run alone: `node bench/kmeans.bench.mjs` (after a build).
 */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath, pathToFileURL } from "node:url";
import { Worker } from "node:worker_threads";
import { selectRows } from "../dist/math/matrix.js";
import { permutation, seededRandom } from "../dist/math/random.js";

const rows = 8030;
const cols = 384;
const clusters = 64;
const restarts = 10;
const threads = 2;

/** Ours and scikit-learn's median seconds for all restarts; throws if an inertia differs by more than 1e-3. */
export async function bench({ pairs = 7, python = "/usr/bin/python3" } = {}) {
  const points = clusteredPoints();
  const random = seededRandom("kmeans bench", "starts");
  const starts = Array.from({ length: restarts }, () =>
    selectRows(points, permutation(rows, random).subarray(0, clusters)),
  );
  const workers = Array.from(
    { length: threads },
    () => new Worker(fileURLToPath(new URL("kmeans-worker.mjs", import.meta.url))),
  );
  const folder = mkdtempSync(join(tmpdir(), "signalbox-kmeans-"));
  const yardstick = startPython(python, folder, points, starts);
  try {
    const ratios = [];
    const ours = [];
    const theirs = [];
    for (let pair = -1; pair < pairs; pair++) {
      const known = await yardstick.run();
      const own = await runOurs(workers, points, starts);
      compare(own.inertias, known.inertias);
      if (pair < 0) continue; // the first pair warms up both
      ours.push(own.seconds);
      theirs.push(known.seconds);
      ratios.push(own.seconds / known.seconds);
    }
    return [
      {
        name: `k-means ${rows}×${cols}, K ${clusters}, ${restarts} restarts`,
        value: median(ours),
        yardstick: median(theirs),
        ratio: median(ratios),
        target: 1,
        unit: "s",
      },
    ];
  } finally {
    yardstick.stop();
    await Promise.all(workers.map((worker) => worker.terminate()));
    rmSync(folder, { recursive: true });
  }
}

/** Unit vectors around 80 centres, in shared memory so that threads need no copy. */
function clusteredPoints() {
  const random = seededRandom("kmeans bench", "points");
  const islands = 80;
  const centres = Float32Array.from({ length: islands * cols }, () => random.normal());
  const data = new Float32Array(new SharedArrayBuffer(rows * cols * 4));
  for (let i = 0; i < rows; i++) {
    const island = random.below(islands);
    let square = 0;
    for (let p = 0; p < cols; p++) {
      const value = centres[island * cols + p] + 1.5 * random.normal();
      data[i * cols + p] = value;
      square += value * value;
    }
    for (let p = 0; p < cols; p++) data[i * cols + p] /= Math.sqrt(square);
  }
  return { rows, cols, data };
}

async function runOurs(workers, points, starts) {
  const next = new Int32Array(new SharedArrayBuffer(4));
  const begin = performance.now();
  const results = await Promise.all(
    workers.map(
      (worker) =>
        new Promise((resolve, reject) => {
          worker.once("message", resolve);
          worker.once("error", reject);
          // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker, not a window
          worker.postMessage({ points, starts, clusters, next });
        }),
    ),
  );
  const seconds = (performance.now() - begin) / 1000;
  const sorted = results.flat().sort((a, b) => a.r - b.r);
  return { seconds, inertias: sorted.map(({ inertia }) => inertia) };
}

/** scikit-learn in a process of its own, without the settings of this machine that slow its BLAS. */
function startPython(python, folder, points, starts) {
  writeFileSync(join(folder, "points.f32"), new Uint8Array(points.data.buffer));
  writeFileSync(join(folder, "starts.f32"), Buffer.concat(starts.map(({ data }) => Buffer.from(data.buffer))));
  const { OPENBLAS_CORETYPE: _type, OPENBLAS_L2_SIZE: _size, ...env } = process.env;
  const script = fileURLToPath(new URL("kmeans_sklearn.py", import.meta.url));
  const child = spawn(python, [script, folder, ...[rows, cols, clusters, restarts].map(String)], {
    env,
    stdio: ["pipe", "pipe", "inherit"],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    async run() {
      child.stdin.write("run\n");
      const { value, done } = await lines.next();
      if (done) throw new Error(`${python} ended early: is scikit-learn installed for it?`);
      return JSON.parse(value);
    },
    stop: () => child.stdin.end(),
  };
}

function compare(ours, theirs) {
  ours.forEach((inertia, r) => {
    if (Math.abs(inertia / theirs[r] - 1) > 1e-3) {
      throw new Error(`restart ${r}: inertia ${inertia}, scikit-learn's is ${theirs[r]}`);
    }
  });
}

function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  return (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  for (const { name, value, yardstick, ratio, target, unit } of await bench()) {
    const figures = `${value.toFixed(3)} ${unit}, scikit-learn ${yardstick.toFixed(3)} ${unit}`;
    console.log(`${name}: ${figures}, ratio ${ratio.toFixed(2)} (target ≤ ${target})`);
  }
}
