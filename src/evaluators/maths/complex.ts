/** Complex numbers in doubles. */
export interface Complex {
  readonly re: number;
  readonly im: number;
}

export const real = (re: number): Complex => ({ re, im: 0 });
export const plus = (a: Complex, b: Complex): Complex => ({ re: a.re + b.re, im: a.im + b.im });
export const minus = (a: Complex): Complex => ({ re: -a.re, im: -a.im });
export const scaled = (a: Complex, by: number): Complex => ({ re: a.re * by, im: a.im * by });
export const modulus = (a: Complex): number => Math.hypot(a.re, a.im);

export function product(a: Complex, b: Complex): Complex {
  if (a.im === 0 && b.im === 0) return real(a.re * b.re);
  return { re: a.re * b.re - a.im * b.im, im: a.re * b.im + a.im * b.re };
}

export function ratio(a: Complex, b: Complex): Complex {
  if (a.im === 0 && b.im === 0) return real(b.re === 0 ? NaN : a.re / b.re);
  const size = b.re * b.re + b.im * b.im;
  return scaled(product(a, { re: b.re, im: -b.im }), 1 / size);
}

export function exponential(a: Complex): Complex {
  const size = Math.exp(a.re);
  return a.im === 0 ? real(size) : { re: size * Math.cos(a.im), im: size * Math.sin(a.im) };
}

/** The principal logarithm; NaN at 0. */
export function logarithm(a: Complex): Complex {
  if (a.im === 0 && a.re > 0) return real(Math.log(a.re));
  if (a.im === 0 && a.re === 0) return real(NaN);
  return { re: Math.log(modulus(a)), im: Math.atan2(a.im, a.re) };
}

export function squareRoot(a: Complex): Complex {
  if (a.im === 0) return a.re >= 0 ? real(Math.sqrt(a.re)) : { re: 0, im: Math.sqrt(-a.re) };
  return exponential(scaled(logarithm(a), 0.5));
}

export function sine(a: Complex): Complex {
  if (a.im === 0) return real(Math.sin(a.re));
  return { re: Math.sin(a.re) * Math.cosh(a.im), im: Math.cos(a.re) * Math.sinh(a.im) };
}

export function cosine(a: Complex): Complex {
  if (a.im === 0) return real(Math.cos(a.re));
  return { re: Math.cos(a.re) * Math.cosh(a.im), im: -Math.sin(a.re) * Math.sinh(a.im) };
}

/** a to a whole power, by squaring: exact for small integers, and with no branch to choose. */
export function wholePower(a: Complex, exponent: number): Complex {
  let result = real(1);
  let square = a;
  for (let rest = Math.abs(exponent); rest >= 1; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) result = product(result, square);
    square = product(square, square);
  }
  return exponent < 0 ? ratio(real(1), result) : result;
}
