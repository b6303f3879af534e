// @ts-nocheck: AssemblyScript, compiled by scripts/build-kernels.mjs
/** What lloyd.ts and lloyd-values.ts work on: where the caller put things, and the error bounds of the current pass. */

/** Points assigned together. */
export const BLOCK: i32 = 16;

// Addresses and sizes, set by lloydBind; one heap runs one restart at a time.
export let points: usize;
export let pointBytes: usize;
export let coarsePoints: usize;
export let coarseBytes: usize;
export let squares: usize;
export let centres: usize;
export let coarseCentres: usize;
export let centreSquares: usize;
export let clusters: i32;
export let padded: i32;
export let sums: usize;
export let counts: usize;
export let dirty: usize;
export let labels: usize;
export let upper: usize;
export let lower: usize;
export let drift: usize;
export let step: usize;
export let scratch: usize;
export let list: usize;

// Of the current pass: t = |c|² − scale·(16-bit product), wrong by at most `error`; floats wrong by at most `noise`.
export let scale: f32;
export let error: f32;
export let noise: f32;
export let slack: f32;

export function lloydBind(
  points_: usize,
  stride: i32,
  coarsePoints_: usize,
  coarseStride: i32,
  squares_: usize,
  centres_: usize,
  coarseCentres_: usize,
  centreSquares_: usize,
  clusters_: i32,
  sums_: usize,
  counts_: usize,
  dirty_: usize,
  labels_: usize,
  upper_: usize,
  lower_: usize,
  drift_: usize,
  step_: usize,
  scratch_: usize,
): void {
  points = points_;
  pointBytes = <usize>stride * 4;
  coarsePoints = coarsePoints_;
  coarseBytes = <usize>coarseStride * 2;
  squares = squares_;
  centres = centres_;
  coarseCentres = coarseCentres_;
  centreSquares = centreSquares_;
  clusters = clusters_;
  padded = (clusters_ + 3) & ~3;
  sums = sums_;
  counts = counts_;
  dirty = dirty_;
  labels = labels_;
  upper = upper_;
  lower = lower_;
  drift = drift_;
  step = step_;
  scratch = scratch_;
  list = scratch_ + <usize>(BLOCK * padded) * 4;
}

/** The bounds of a pass, by which all its distances are judged. */
export function bindPass(scale_: f32, error_: f32, noise_: f32, slack_: f32): void {
  scale = scale_;
  error = error_;
  noise = noise_;
  slack = slack_;
}
