/** Services for fitting: named random streams, and computations shared by the routers fitted on one training table. */
import type { FitContext } from "../core/router.ts";
import { seededRandom } from "../math/random.ts";

/** One context per (training table, seed): what `shared` keeps must never meet other rows. */
export function fitContext(seed: number, signal?: AbortSignal): FitContext {
  const kept = new Map<string, unknown>();
  return {
    seed,
    signal,
    random: (...purpose) => seededRandom(seed, "train", ...purpose),
    shared<T>(key: string, compute: () => T): T {
      if (!kept.has(key)) kept.set(key, compute());
      return kept.get(key) as T;
    },
  };
}
