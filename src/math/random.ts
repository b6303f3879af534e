/**
 * Seeded random numbers for training and resampling: xoshiro128** seeded by SplitMix64
 * (Blackman & Vigna, "Scrambled linear pseudorandom number generators", 2021).
 * Python's generator, needed only for reference splits, is in `mersenne-twister.ts`.
 */

export interface Random {
  /** The next 32 random bits as an unsigned integer. */
  nextU32(): number;
  /** Uniform in [0, 1), a multiple of 2^-24. */
  uniform(): number;
  /** Uniform integer in [0, n). `n` from 1 to 2^32. */
  below(n: number): number;
  /** Standard normal, by Box–Muller. */
  normal(): number;
}

/** A generator whose stream depends on every part given, e.g. `seededRandom(42, "kmeans", "restart 3")`. */
export function seededRandom(...parts: readonly (string | number)[]): Random {
  const state = splitMix(hash64(parts.join("|")));
  let spare = NaN;

  function nextU32(): number {
    const result = Math.imul(rotateLeft(Math.imul(state[1]!, 5), 7), 9) >>> 0;
    const t = state[1]! << 9;
    state[2]! ^= state[0]!;
    state[3]! ^= state[1]!;
    state[1]! ^= state[2]!;
    state[0]! ^= state[3]!;
    state[2]! ^= t;
    state[3] = rotateLeft(state[3]!, 11);
    return result;
  }

  const uniform = (): number => (nextU32() >>> 8) / 0x1000000;

  function normal(): number {
    if (!Number.isNaN(spare)) {
      const value = spare;
      spare = NaN;
      return value;
    }
    const radius = Math.sqrt(-2 * Math.log(1 - uniform()));
    const angle = 2 * Math.PI * uniform();
    spare = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  }

  function below(n: number): number {
    // Lemire's rejection in 53-bit arithmetic: the largest multiple of n below 2^32 is accepted.
    const limit = 0x100000000 - (0x100000000 % n);
    let draw = nextU32();
    while (draw >= limit) draw = nextU32();
    return draw % n;
  }

  return { nextU32, uniform, below, normal };
}

/** Fisher–Yates in place on a fresh copy of 0 … n−1. */
export function permutation(n: number, random: Random): Int32Array {
  const order = Int32Array.from({ length: n }, (_, i) => i);
  for (let i = n - 1; i > 0; i--) {
    const j = random.below(i + 1);
    const kept = order[i]!;
    order[i] = order[j]!;
    order[j] = kept;
  }
  return order;
}

/** FNV-1a over UTF-16 code units, 64 bits. Not cryptographic: it only spreads seeds. */
function hash64(text: string): bigint {
  let hash = 0xcbf29ce484222325n;
  for (let i = 0; i < text.length; i++) {
    hash ^= BigInt(text.charCodeAt(i));
    hash = (hash * 0x100000001b3n) & 0xffffffffffffffffn;
  }
  return hash;
}

function splitMix(seed: bigint): Int32Array {
  const state = new Int32Array(4);
  let z = seed;
  for (let i = 0; i < 4; i += 2) {
    z = (z + 0x9e3779b97f4a7c15n) & 0xffffffffffffffffn;
    let mixed = z;
    mixed = ((mixed ^ (mixed >> 30n)) * 0xbf58476d1ce4e5b9n) & 0xffffffffffffffffn;
    mixed = ((mixed ^ (mixed >> 27n)) * 0x94d049bb133111ebn) & 0xffffffffffffffffn;
    mixed ^= mixed >> 31n;
    state[i] = Number(mixed & 0xffffffffn) | 0;
    state[i + 1] = Number(mixed >> 32n) | 0;
  }
  return state;
}

function rotateLeft(x: number, k: number): number {
  return (x << k) | (x >>> (32 - k));
}
