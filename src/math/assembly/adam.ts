// @ts-nocheck: AssemblyScript, compiled by scripts/build-kernels.mjs
/** One step of Adam over `count` floats, a multiple of 4; math/adam.ts has the formula and the twin. */
export function adamStep(
  theta: usize,
  gradient: usize,
  first: usize,
  second: usize,
  count: i32,
  pull: f32,
  shrink: f32,
  rate: f32,
  scale: f32,
): void {
  const beta1 = f32x4.splat(0.9);
  const beta2 = f32x4.splat(0.999);
  const rest1 = f32x4.splat(0.1);
  const rest2 = f32x4.splat(0.001);
  const epsilon = f32x4.splat(1e-8);
  const pulls = f32x4.splat(pull);
  const shrinks = f32x4.splat(shrink);
  const rates = f32x4.splat(rate);
  const scales = f32x4.splat(scale);
  for (let p: usize = 0; p < <usize>count * 4; p += 16) {
    const x = v128.load(theta + p);
    const g = f32x4.add(v128.load(gradient + p), f32x4.mul(pulls, x));
    const m = f32x4.add(f32x4.mul(beta1, v128.load(first + p)), f32x4.mul(rest1, g));
    const v = f32x4.add(f32x4.mul(beta2, v128.load(second + p)), f32x4.mul(f32x4.mul(rest2, g), g));
    v128.store(first + p, m);
    v128.store(second + p, v);
    const step = f32x4.div(f32x4.mul(rates, m), f32x4.add(f32x4.mul(f32x4.sqrt(v), scales), epsilon));
    v128.store(theta + p, f32x4.sub(f32x4.mul(shrinks, x), step));
  }
}
