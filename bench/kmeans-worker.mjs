/** One thread of the k-means bench: makes the points ready once a run, then takes restarts until none are left. */
import { parentPort } from "node:worker_threads";
import { kMeansPoints, kMeansRestart } from "../dist/math/kmeans.js";
import { seededRandom } from "../dist/math/random.js";

parentPort.on("message", ({ points, starts, clusters, next }) => {
  const prepared = kMeansPoints(points);
  const inertias = [];
  for (let r = Atomics.add(next, 0, 1); r < starts.length; r = Atomics.add(next, 0, 1)) {
    const options = { clusters, initialCentres: starts[r] };
    const { inertia, iterations } = kMeansRestart(prepared, options, seededRandom("bench", r));
    inertias.push({ r, inertia, iterations });
  }
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker, not a window
  parentPort.postMessage(inertias);
});
