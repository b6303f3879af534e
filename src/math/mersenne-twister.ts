/**
 * Python's random number generator, bit for bit: MT19937 seeded as `random.seed(int)` does.
 * Only for reproducing reference splits; training uses `seededRandom`.
 * Source: Matsumoto & Nishimura, "Mersenne Twister", ACM TOMACS 1998, `init_by_array`; CPython's `random.py`.
 */

export interface MersenneTwister {
  /** The next 32 bits as an unsigned integer. */
  nextU32(): number;
  /** Python's `getrandbits(bits)`, for 1 to 32 bits. Throws RangeError for more. */
  getrandbits(bits: number): number;
  /** Uniform integer in [0, n), for n from 1 to 2^32 − 1, by rejection on bit_length(n) bits. Throws RangeError otherwise. */
  below(n: number): number;
  /** A shuffled copy, in the order in which Python's `shuffle` leaves a list. */
  shuffle<T>(items: readonly T[]): T[];
  /** Python's `choice`. Throws RangeError for an empty list. */
  choice<T>(items: readonly T[]): T;
}

const size = 624;
const middle = 397;

/** A generator in the state Python's `random.Random(seed)` starts from; the seed's sign is dropped, as there. */
export function mersenneTwister(seed: number | bigint): MersenneTwister {
  const state = seeded(limbs(seed));
  let position = size;

  function nextU32(): number {
    if (position === size) {
      twist(state);
      position = 0;
    }
    let y = state[position++]!;
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    return (y ^ (y >>> 18)) >>> 0;
  }

  function getrandbits(bits: number): number {
    if (!(bits >= 1 && bits <= 32)) throw new RangeError(`getrandbits: ${bits} bits, must be 1 to 32`);
    return nextU32() >>> (32 - bits);
  }

  function below(n: number): number {
    if (!(n >= 1 && n < 2 ** 32)) throw new RangeError(`below: n is ${n}, must be in [1, 2^32)`);
    const bits = 32 - Math.clz32(n);
    let draw = getrandbits(bits);
    while (draw >= n) draw = getrandbits(bits);
    return draw;
  }

  function shuffle<T>(items: readonly T[]): T[] {
    const order = [...items];
    for (let i = order.length - 1; i > 0; i--) {
      const j = below(i + 1);
      const kept = order[i]!;
      order[i] = order[j]!;
      order[j] = kept;
    }
    return order;
  }

  return { nextU32, getrandbits, below, shuffle, choice: (items) => items[below(items.length)]! };
}

/** |seed| in 32-bit limbs, the least significant first; zero is one limb. */
function limbs(seed: number | bigint): Uint32Array {
  const signed = BigInt(seed);
  let rest = signed < 0n ? -signed : signed;
  const words: number[] = [];
  do {
    words.push(Number(rest & 0xffffffffn));
    rest >>= 32n;
  } while (rest > 0n);
  return Uint32Array.from(words);
}

function seeded(key: Uint32Array): Uint32Array {
  const state = new Uint32Array(size);
  state[0] = 19650218;
  for (let i = 1; i < size; i++) state[i] = Math.imul(1812433253, mixed(state[i - 1]!)) + i;
  let i = 1;
  const step = (): void => {
    if (++i < size) return;
    state[0] = state[size - 1]!;
    i = 1;
  };
  for (let k = 0; k < Math.max(size, key.length); k++) {
    const j = k % key.length;
    state[i] = (state[i]! ^ Math.imul(mixed(state[i - 1]!), 1664525)) + key[j]! + j;
    step();
  }
  for (let k = 0; k < size - 1; k++) {
    state[i] = (state[i]! ^ Math.imul(mixed(state[i - 1]!), 1566083941)) - i;
    step();
  }
  state[0] = 0x80000000;
  return state;
}

function mixed(x: number): number {
  return x ^ (x >>> 30);
}

function twist(state: Uint32Array): void {
  for (let i = 0; i < size; i++) {
    const y = (state[i]! & 0x80000000) | (state[(i + 1) % size]! & 0x7fffffff);
    state[i] = state[(i + middle) % size]! ^ (y >>> 1) ^ (y & 1 ? 0x9908b0df : 0);
  }
}
