/**
 * What training looked like, for service (core/training-reference.ts). The distances are those of prompts that neither the
 * centres nor the encoder were made of, since live queries are not either: measured on its own prompts an encoder fitted
 * here sees everything as nearer than it will see anything live.
 */
import type { OutcomeTable } from "../core/outcome-table.ts";
import type { FamiliarGround, TrainingReference } from "../core/training-reference.ts";
import type { TrainTable } from "../core/router.ts";
import { kMeans } from "../math/kmeans.ts";
import { row, selectRows } from "../math/matrix.ts";
import type { Matrix32 } from "../math/matrix.ts";
import { nearestDistance } from "../math/nearest-distance.ts";
import { permutation, seededRandom } from "../math/random.ts";
import { meanCostUsd, trainAvgAcc } from "../routers/mean-outcome.ts";

const mostClusters = 32;
const promptsPerCluster = 8;
/** Below, a held-out quarter says next to nothing of a distribution. */
const leastPrompts = 80;
/** More rows move no centre and no quantile that matters. */
const mostRows = 4000;
const heldOutShare = 1 / 4;

/**
 * @param train all rows
 * @param embeddings [n, d] by the encoder that will serve; undefined where the router reads none
 * @param encodeWithout the rows [n, d] by an encoder that was fitted on the rows given alone; the same encoder where it is not fitted here
 */
export async function fitReference(
  train: TrainTable,
  table: OutcomeTable,
  embeddings: Matrix32 | undefined,
  encodeWithout: (rows: Int32Array) => Promise<Matrix32>,
  { seed, signal }: { readonly seed: number; readonly signal?: AbortSignal | undefined },
): Promise<TrainingReference> {
  const means = { score: trainAvgAcc(train), costUsd: meanCostUsd(train) };
  if (!embeddings || embeddings.rows < leastPrompts) return { ...means, familiar: null };
  const { made, heldOut } = halves(table.groupOf, seed);
  const without = await encodeWithout(made);
  const centroidsWithout = centresOf(selectRows(without, made), seed, signal);
  const distances = Float64Array.from(heldOut, (i) => nearestDistance(row(without, i), centroidsWithout)).toSorted();
  const all = permutation(embeddings.rows, seededRandom(seed, "reference", "all")).slice(0, mostRows);
  const familiar: FamiliarGround = { centroids: centresOf(selectRows(embeddings, all), seed, signal), distances };
  return { ...means, familiar };
}

function centresOf(points: Matrix32, seed: number, signal: AbortSignal | undefined): Matrix32 {
  const clusters = Math.min(mostClusters, Math.floor(points.rows / promptsPerCluster));
  const options = { clusters, restarts: 1, maxIterations: 50, ...(signal && { signal }) };
  return kMeans(points, options, (restart) => seededRandom(seed, "reference", "kmeans", restart)).centroids;
}

/** Rows that centres are made of, and rows held out; equal prompts are on one side. */
function halves(groupOf: Int32Array, seed: number): { readonly made: Int32Array; readonly heldOut: Int32Array } {
  const groups = groupOf.reduce((most, group) => Math.max(most, group), -1) + 1;
  const order = permutation(groups, seededRandom(seed, "reference", "halves"));
  const outside = new Set(order.slice(0, Math.ceil(groups * heldOutShare)));
  const rows = Int32Array.from(groupOf.keys());
  const mixed = permutation(rows.length, seededRandom(seed, "reference", "rows")).map((i) => rows[i] ?? 0);
  const isOutside = (i: number): boolean => outside.has(groupOf[i] ?? -1);
  return {
    made: mixed.filter((i) => !isOutside(i)).slice(0, mostRows),
    heldOut: mixed.filter(isOutside).slice(0, mostRows),
  };
}
