/**
 * Minimises a smooth function by L-BFGS: deterministic, no learning rate.
 * The line search brackets a step that satisfies the weak Wolfe conditions, which is all the update needs.
 * Source: Nocedal & Wright, "Numerical Optimization", 2006, algorithm 7.4; search: Lewis & Overton, Math. Prog. 2013.
 */

/** Gives the value at x and writes the gradient. Must not keep or change x. */
export type Objective = (x: Float64Array, gradient: Float64Array) => number;

export interface MinimiseOptions {
  /** Steps remembered. @default 10 */
  readonly history?: number;
  /** @default 200 */
  readonly maxIterations?: number;
  /** Stop when the gradient's norm is at most this share of `gradientNorm`. @default 1e-5 */
  readonly tolerance?: number;
  /** What the tolerance is a share of. @default the norm at the start; give another for a warm start. */
  readonly gradientNorm?: number;
  /** Applies an approximate inverse Hessian in place; it must be symmetric and positive definite. */
  readonly precondition?: (direction: Float64Array) => void;
  /** Checked before every iteration. */
  readonly signal?: AbortSignal;
}

export interface Minimum {
  readonly x: Float64Array;
  readonly value: number;
  readonly iterations: number;
  /** How often the objective was computed. */
  readonly evaluations: number;
  /** False when the iterations ran out, or rounding let no step go down any more. */
  readonly converged: boolean;
}

interface Point {
  readonly x: Float64Array;
  readonly gradient: Float64Array;
  readonly value: number;
}

interface Pair {
  readonly step: Float64Array;
  readonly change: Float64Array;
  readonly curvature: number;
}

/** The minimum reached from `start`, which is left as it is. Throws the signal's reason when aborted. */
export function minimise(objective: Objective, start: Float64Array, options: MinimiseOptions = {}): Minimum {
  const { history = 10, maxIterations = 200, tolerance = 1e-5, precondition, signal } = options;
  let evaluations = 0;
  const evaluate = (x: Float64Array): Point => {
    const gradient = new Float64Array(x.length);
    evaluations++;
    const value = objective(x, gradient);
    return { x, gradient, value };
  };
  let current = evaluate(start.slice());
  const target = tolerance * (options.gradientNorm ?? norm(current.gradient));
  const pairs: Pair[] = [];
  let iterations = 0;
  let stuck = false;
  while (iterations < maxIterations && !stuck && norm(current.gradient) > target) {
    signal?.throwIfAborted();
    iterations++;
    const direction = directionFrom(current.gradient, pairs, precondition);
    const firstStep = pairs.length === 0 && !precondition ? Math.min(1, 1 / norm(current.gradient)) : 1;
    const next = search(evaluate, current, direction, firstStep);
    stuck = next === undefined;
    if (next === undefined) continue;
    remember(pairs, current, next, history);
    current = next;
  }
  const converged = norm(current.gradient) <= target;
  return { x: current.x, value: current.value, iterations, evaluations, converged };
}

/** −H·gradient by the two-loop recursion. */
function directionFrom(
  gradient: Float64Array,
  pairs: readonly Pair[],
  precondition: ((direction: Float64Array) => void) | undefined,
): Float64Array {
  const q = gradient.slice();
  const weights = new Float64Array(pairs.length);
  for (let p = pairs.length - 1; p >= 0; p--) {
    const { step, change, curvature } = pairs[p]!;
    weights[p] = inner(step, q) / curvature;
    addScaled(q, change, -weights[p]!);
  }
  precondition?.(q);
  scale(q, initialScale(pairs.at(-1), precondition));
  pairs.forEach(({ step, change, curvature }, p) => {
    addScaled(q, step, weights[p]! - inner(change, q) / curvature);
  });
  scale(q, -1);
  return q;
}

/** The step length along the last change that the initial matrix should have given. */
function initialScale(last: Pair | undefined, precondition: ((direction: Float64Array) => void) | undefined): number {
  if (last === undefined) return 1;
  const image = last.change.slice();
  precondition?.(image);
  return last.curvature / inner(last.change, image);
}

/** A point along the direction that meets the weak Wolfe conditions; the best lower one if 30 trials find none. */
function search(
  evaluate: (x: Float64Array) => Point,
  from: Point,
  direction: Float64Array,
  firstStep: number,
): Point | undefined {
  const slope = inner(from.gradient, direction);
  if (!(slope < 0)) return undefined;
  // Values within rounding of each other count as equal, or the search would starve at the bottom.
  const rounding = 1e-10 * Math.abs(from.value);
  let low = 0;
  let high = Infinity;
  let step = firstStep;
  let best: Point | undefined;
  for (let trial = 0; trial < 30; trial++) {
    const x = from.x.slice();
    addScaled(x, direction, step);
    const point = evaluate(x);
    const falls = point.value <= from.value + 1e-4 * step * slope + rounding;
    if (falls && point.value < (best?.value ?? from.value)) best = point;
    if (!falls) high = step;
    else if (inner(point.gradient, direction) < 0.9 * slope) low = step;
    else return point;
    step = high === Infinity ? 2 * step : (low + high) / 2;
  }
  return best;
}

function remember(pairs: Pair[], from: Point, to: Point, history: number): void {
  const step = to.x.map((value, i) => value - from.x[i]!);
  const change = to.gradient.map((value, i) => value - from.gradient[i]!);
  const curvature = inner(step, change);
  if (!(curvature > 1e-14 * inner(change, change))) return;
  pairs.push({ step, change, curvature });
  if (pairs.length > history) pairs.shift();
}

function inner(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

function norm(a: Float64Array): number {
  return Math.sqrt(inner(a, a));
}

function addScaled(target: Float64Array, source: Float64Array, factor: number): void {
  for (let i = 0; i < target.length; i++) target[i]! += factor * source[i]!;
}

function scale(target: Float64Array, factor: number): void {
  for (let i = 0; i < target.length; i++) target[i]! *= factor;
}
