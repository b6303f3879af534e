/**
 * Bradley–Terry: one rating per model from who beats whom, and always the model of the highest. Elo's ratings are its
 * running estimate. Every prompt that two models answered is a game; the higher score wins it, equal scores are half a win
 * for each:
 *   P(a beats b) = γ_a / (γ_a + γ_b),  γ_a ← W_a / Σ_b n_ab / (γ_a + γ_b)   (Hunter 2004, eq. 3)
 * One drawn game a pair is added, so that a model that always wins has a finite rating. quality = γ / (γ + 1) with the mean of
 * log γ at 0: the chance to beat a model of average strength, not an accuracy.
 *
 * A baseline for where only preferences were recorded; where scores are, `best-single` uses more of them.
 *
 * Source: R. A. Bradley, M. E. Terry, "Rank analysis of incomplete block designs", Biometrika 39, 1952; D. R. Hunter, "MM
 * algorithms for generalized Bradley–Terry models", Annals of Statistics 32, 2004.
 * Cost: fit O(n·m² + steps·m²), decide O(m).
 */
import { z } from "zod";
import { defineRouter } from "../core/router.ts";
import type { TrainTable } from "../core/router.ts";
import { matrix, row } from "../math/matrix.ts";
import type { Matrix } from "../math/matrix.ts";
import { meanCostUsd, meanScore } from "./mean-outcome.ts";

export const bradleyTerry = defineRouter({
  name: "bradley-terry",
  summary: "Always the model with the highest Bradley–Terry rating, from who beats whom on the training part.",
  source: "Bradley & Terry, Biometrika 39, 1952; as a routing baseline in RouteLLM and LLMRouter",
  diagnostic: true,
  constant: true,
  qualityKind: "utility",
  options: z.strictObject({}),

  stateShape: { quality: "f64[m]", costUsd: "f64[m]" },

  fit(train, _options, { signal }) {
    signal?.throwIfAborted();
    const known = meanScore(train);
    const strength = strengths(gamesOf(train));
    // Beyond these digits the order of the columns shows, and would break ties.
    const quality = strength.map((gamma, j) =>
      Number.isNaN(known[j]!) ? NaN : Math.round((gamma / (gamma + 1)) * 1e9) / 1e9,
    );
    return { quality, costUsd: meanCostUsd(train) };
  },

  estimate: ({ quality, costUsd }) => ({ quality, costUsd }),
});

/** [m, m] games that the row's model won against the column's; the drawn game of each pair is in it. */
function gamesOf({ score }: TrainTable): Matrix {
  const m = score.cols;
  const wins = matrix(m, m);
  wins.data.fill(0.5);
  for (let j = 0; j < m; j++) wins.data[j * m + j] = 0;
  for (let i = 0; i < score.rows; i++) {
    const of = row(score, i);
    for (let a = 0; a < m; a++) {
      for (let b = 0; b < m; b++) {
        const margin = a === b ? NaN : of[a]! - of[b]!;
        if (margin >= 0) wins.data[a * m + b]! += margin > 0 ? 1 : 0.5;
      }
    }
  }
  return wins;
}

const mostSteps = 10_000;
const tolerance = 1e-12;

/** [m] γ, their geometric mean 1. */
function strengths(wins: Matrix): Float64Array {
  const m = wins.cols;
  const total = Float64Array.from({ length: m }, (_, a) => row(wins, a).reduce((sum, won) => sum + won, 0));
  let gamma = new Float64Array(m).fill(1);
  if (m < 2) return gamma;
  for (let step = 0; step < mostSteps; step++) {
    const next = gamma.map((own, a) => {
      const expected = gamma.reduce((sum, other, b) => {
        const games = wins.data[a * m + b]! + wins.data[b * m + a]!;
        return a === b ? sum : sum + games / (own + other);
      }, 0);
      return total[a]! / expected;
    });
    const scale = Math.exp(next.reduce((sum, value) => sum + Math.log(value), 0) / m);
    const scaled = next.map((value) => value / scale);
    const moved = scaled.reduce((most, value, a) => Math.max(most, Math.abs(value / gamma[a]! - 1)), 0);
    gamma = scaled;
    if (moved < tolerance) break;
  }
  return gamma;
}
