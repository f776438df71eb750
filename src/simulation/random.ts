/**
 * A stream of random numbers that is the same for the same seed on every machine.
 *
 * The generator is xoshiro128** 1.1 by David Blackman and Sebastiano Vigna
 * (https://prng.di.unimi.it/xoshiro128starstar.c), its state filled by SplitMix64 (Steele, Lea, Flood 2014;
 * https://prng.di.unimi.it/splitmix64.c), as its authors advise. Not for secrets.
 */
export type Random = {
  /** The next 32 bits, as a number from 0 to 2^32 - 1. */
  uint32(): number;
  /** Uniform in [0, 1), a multiple of 2^-53. */
  float(): number;
  /** Uniform whole number in [0, limit), without bias; `limit` at most 2^32. */
  below(limit: number): number;
  /** How often something happens that happens `mean` times on average, independently (Poisson). */
  poisson(mean: number): number;
};

/**
 * @param seed whole number from 0 to 2^53 - 1
 * @param stream number of an independent stream of the same seed
 */
export function createRandom(seed: number, stream = 0): Random {
  const next = splitMix64(splitMix64(BigInt(seed))() ^ BigInt(stream));
  const [a, b] = [next(), next()];
  return randomFrom([low(a), high(a), low(b), high(b)]);
}

/** The generator from a given state of four 32-bit numbers, not all zero. */
export function randomFrom(state: readonly [number, number, number, number]): Random {
  let [s0, s1, s2, s3] = state;

  function uint32(): number {
    const result = Math.imul(rotateLeft(Math.imul(s1, 5), 7), 9) >>> 0;
    const t = s1 << 9;
    s2 ^= s0;
    s3 ^= s1;
    s1 ^= s2;
    s0 ^= s3;
    s2 ^= t;
    s3 = rotateLeft(s3, 11);
    return result;
  }

  function float(): number {
    const top = uint32() >>> 5;
    return (top * 2 ** 26 + (uint32() >>> 6)) / 2 ** 53;
  }

  function below(limit: number): number {
    // Draws from the incomplete last round would make small results likelier.
    const usable = 2 ** 32 - (2 ** 32 % limit);
    for (;;) {
      const draw = uint32();
      if (draw < usable) return draw % limit;
    }
  }

  /**
   * Knuth's method (TAOCP 2, 3.4.1): count uniform factors until their product falls below e^-mean. A sum of
   * Poisson variables is one too, so that a large mean is taken in parts and e^-mean never underflows.
   */
  function poisson(mean: number): number {
    let count = 0;
    for (let left = mean; left > 0; left -= 16) {
      const bound = Math.exp(-Math.min(left, 16));
      for (let product = float(); product > bound; product *= float()) count++;
    }
    return count;
  }

  return { uint32, float, below, poisson };
}

/** SplitMix64: a 64-bit number from any seed, good enough to start another generator with. */
export function splitMix64(seed: bigint): () => bigint {
  let state = BigInt.asUintN(64, seed);
  return () => {
    state = BigInt.asUintN(64, state + 0x9e3779b97f4a7c15n);
    let z = state;
    z = BigInt.asUintN(64, (z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n);
    z = BigInt.asUintN(64, (z ^ (z >> 27n)) * 0x94d049bb133111ebn);
    return z ^ (z >> 31n);
  };
}

function rotateLeft(value: number, by: number): number {
  return (value << by) | (value >>> (32 - by));
}

function low(value: bigint): number {
  return Number(value & 0xffff_ffffn);
}

function high(value: bigint): number {
  return Number(value >> 32n);
}
