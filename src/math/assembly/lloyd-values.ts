// @ts-nocheck: AssemblyScript, compiled by scripts/build-kernels.mjs
/** Single distances and moves of Lloyd's algorithm, for lloyd.ts. */
import { coarse1x1 } from "./coarse-dots";
import { dot1x1 } from "./dot-rows";
import { dots1x4 } from "./dot-tiles";
import {
  centres,
  centreSquares,
  coarseBytes,
  coarseCentres,
  coarsePoints,
  counts,
  dirty,
  error,
  labels,
  pointBytes,
  points,
  scale,
  sums,
} from "./lloyd-state";

export function coarseValues(i: i32, indices: usize, count: i32, values: usize): void {
  const x = coarsePoints + <usize>i * coarseBytes;
  let e = 0;
  for (; e + 4 <= count; e += 4) {
    const at = indices + <usize>e * 4;
    const j0 = <usize>load<i32>(at);
    const j1 = <usize>load<i32>(at, 4);
    const j2 = <usize>load<i32>(at, 8);
    const j3 = <usize>load<i32>(at, 12);
    const products = dots1x4<i16>(
      x,
      coarseCentres + j0 * coarseBytes,
      coarseCentres + j1 * coarseBytes,
      coarseCentres + j2 * coarseBytes,
      coarseCentres + j3 * coarseBytes,
      coarseBytes,
    );
    const t = f32x4.mul(f32x4.splat(scale), f32x4.convert_i32x4_s(products));
    const o = values + <usize>e * 4;
    store<f32>(o, load<f32>(centreSquares + j0 * 4) - f32x4.extract_lane(t, 0));
    store<f32>(o, load<f32>(centreSquares + j1 * 4) - f32x4.extract_lane(t, 1), 4);
    store<f32>(o, load<f32>(centreSquares + j2 * 4) - f32x4.extract_lane(t, 2), 8);
    store<f32>(o, load<f32>(centreSquares + j3 * 4) - f32x4.extract_lane(t, 3), 12);
  }
  for (; e < count; e++) {
    store<f32>(values + <usize>e * 4, coarseValue(i, load<i32>(indices + <usize>e * 4)));
  }
}

export function coarseValue(i: i32, j: i32): f32 {
  const product = coarse1x1(coarsePoints + <usize>i * coarseBytes, coarseCentres + <usize>j * coarseBytes, coarseBytes);
  return load<f32>(centreSquares + <usize>j * 4) - scale * <f32>product;
}

export function exactValue(i: i32, j: i32): f32 {
  const product = dot1x1(points + <usize>i * pointBytes, centres + <usize>j * pointBytes, pointBytes);
  return load<f32>(centreSquares + <usize>j * 4) - 2 * product;
}

export function upperBound(square: f32, t: f32): f32 {
  return sqrt<f32>(max<f32>(0, square + t + error));
}

export function leastLane(v: v128): f32 {
  return min<f32>(
    min<f32>(f32x4.extract_lane(v, 0), f32x4.extract_lane(v, 1)),
    min<f32>(f32x4.extract_lane(v, 2), f32x4.extract_lane(v, 3)),
  );
}

/** Gives point i its label and moves it between the sums (double precision); 1 if the label changed. */
export function relabel(i: i32, label: i32): i32 {
  const at = labels + <usize>i * 4;
  const old = load<i32>(at);
  if (old == label) return 0;
  store<i32>(at, label);
  join(i, label, 1);
  if (old >= 0) join(i, old, -1);
  return 1;
}

/** Adds point i to the sum of a cluster, or takes it out: `sign` times each. */
function join(i: i32, label: i32, sign: i32): void {
  store<i32>(counts + <usize>label * 4, load<i32>(counts + <usize>label * 4) + sign);
  store<i32>(dirty + <usize>label * 4, 1);
  const x = points + <usize>i * pointBytes;
  const sum = sums + <usize>label * 2 * pointBytes;
  const signs = f32x4.splat(<f32>sign);
  for (let p: usize = 0; p < pointBytes; p += 16) {
    const v = f32x4.mul(signs, v128.load(x + p));
    const o = sum + 2 * p;
    v128.store(o, f64x2.add(v128.load(o), f64x2.promote_low_f32x4(v)));
    const w = v128.shuffle<f32>(v, v, 2, 3, 2, 3);
    v128.store(o, f64x2.add(v128.load(o, 16), f64x2.promote_low_f32x4(w)), 16);
  }
}

/** out[i] = |x_i − c_label(i)|², differences in single precision, sums in double. */
export function lloydDistances(n: i32, out: usize): void {
  for (let i = 0; i < n; i++) {
    let x = points + <usize>i * pointBytes;
    let c = centres + <usize>load<i32>(labels + <usize>i * 4) * pointBytes;
    const end = x + pointBytes;
    let s = f64x2.splat(0);
    let t = f64x2.splat(0);
    while (x < end) {
      const difference = f32x4.sub(v128.load(x), v128.load(c));
      const low = f64x2.promote_low_f32x4(difference);
      const high = f64x2.promote_low_f32x4(v128.shuffle<f32>(difference, difference, 2, 3, 2, 3));
      s = f64x2.add(s, f64x2.mul(low, low));
      t = f64x2.add(t, f64x2.mul(high, high));
      x += 16;
      c += 16;
    }
    s = f64x2.add(s, t);
    store<f64>(out + <usize>i * 8, f64x2.extract_lane(s, 0) + f64x2.extract_lane(s, 1));
  }
}
