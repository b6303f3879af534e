/**
 * What training looked like, kept beside a fitted router for service: what each model scored and cost in the mean, which a
 * fallback decides by, and how far from the others a training prompt lies, which live queries are held against.
 */
import type { Matrix32 } from "../math/matrix.ts";

export interface TrainingReference {
  /** [m] AvgAcc on the training rows; NaN where a model lacks a data set */
  readonly score: Float64Array;
  /** [m] mean USD a call; NaN = unknown */
  readonly costUsd: Float64Array;
  /** null where the router reads no vectors, or there were too few prompts to tell */
  readonly familiar: FamiliarGround | null;
}

/** Where training prompts lie. */
export interface FamiliarGround {
  /** [K, d] centres of the training prompts */
  readonly centroids: Matrix32;
  /** [s] rising: the distance to the nearest centre, of prompts that the centres were not made of */
  readonly distances: Float64Array;
}
