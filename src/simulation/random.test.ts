import { describe, expect, it } from 'vitest';
import { createRandom, randomFrom, splitMix64 } from './random.ts';

describe('generator', () => {
  it('is xoshiro128** 1.1', () => {
    // Vector made with the reference implementation; published in the tests of Rust's rand_xoshiro.
    const random = randomFrom([1, 2, 3, 4]);
    expect(Array.from({ length: 10 }, random.uint32)).toEqual([
      11520, 0, 5927040, 70819200, 2031721883, 1637235492, 1287239034, 3734860849, 3729100597, 4258142804,
    ]);
  });

  it('is started by SplitMix64', () => {
    // First outputs of the reference implementation for the seed 1234567 (as on Rosetta Code).
    const next = splitMix64(1234567n);
    expect(Array.from({ length: 5 }, next)).toEqual([
      6457827717110365317n,
      3203168211198807973n,
      9817491932198370423n,
      4593380528125082431n,
      16408922859458223821n,
    ]);
  });

  it('repeats itself for a seed and stream, and for no other', () => {
    const take = (seed: number, stream?: number) =>
      Array.from({ length: 8 }, createRandom(seed, stream).uint32).join();
    expect(take(1)).toBe(take(1, 0));
    const all = [
      take(0),
      take(1),
      take(2),
      take(1, 1),
      take(1, 2),
      take(2, 1),
      take(Number.MAX_SAFE_INTEGER),
    ];
    expect(new Set(all).size).toBe(all.length);
  });
});

describe('distributions', () => {
  it.each([2, 7, 100])('below(%i) is uniform', (limit) => {
    const random = createRandom(11);
    const counts = Array.from({ length: limit }, () => 0);
    for (let i = 0; i < limit * 1_000; i++) {
      const draw = random.below(limit);
      counts[draw] = (counts[draw] ?? 0) + 1;
    }
    expect(counts).toHaveLength(limit);
    expectFit(
      counts,
      counts.map(() => 1_000),
    );
  });

  it('float() lies in [0, 1) around a half', () => {
    const random = createRandom(12);
    const draws = Array.from({ length: 20_000 }, random.float);
    expect(Math.min(...draws)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...draws)).toBeLessThan(1);
    expect(Math.abs(mean(draws) - 0.5)).toBeLessThan((4 * Math.sqrt(1 / 12)) / Math.sqrt(20_000));
  });

  it.each([0.05, 0.9, 4, 15.9, 16, 16.1, 45, 300])('poisson(%d) is Poisson', (lambda) => {
    const size = 20_000;
    const random = createRandom(13);
    const draws = Array.from({ length: size }, () => random.poisson(lambda));
    const variance = mean(draws.map((d) => (d - lambda) ** 2));
    // Four standard errors, of the mean and of the variance.
    expect(Math.abs(mean(draws) - lambda)).toBeLessThan(4 * Math.sqrt(lambda / size));
    expect(Math.abs(variance - lambda)).toBeLessThan(4 * Math.sqrt((2 * lambda ** 2 + lambda) / size));
    const top = Math.ceil(lambda + 12 * Math.sqrt(lambda) + 12);
    const counts = Array.from({ length: top }, (_, k) => draws.filter((d) => d === k).length);
    expect(counts.reduce((a, b) => a + b)).toBe(size);
    expectFit(
      counts,
      counts.map((_, k) => size * poissonMass(lambda, k)),
    );
  });

  it('poisson(0) never happens', () => {
    const random = createRandom(14);
    expect(Array.from({ length: 100 }, () => random.poisson(0))).toEqual(
      Array.from({ length: 100 }, () => 0),
    );
  });
});

/** Chi-square over cells that expect at least five: within four standard deviations of its own mean. */
function expectFit(counts: number[], expected: number[]): void {
  let cells = 0;
  let statistic = 0;
  for (const [i, count] of counts.entries()) {
    const e = expected[i] ?? 0;
    if (e < 5) continue;
    cells += 1;
    statistic += (count - e) ** 2 / e;
  }
  expect(cells).toBeGreaterThan(1);
  expect(statistic).toBeLessThan(cells + 4 * Math.sqrt(2 * cells));
}

function poissonMass(lambda: number, k: number): number {
  let log = -lambda + k * Math.log(lambda);
  for (let i = 2; i <= k; i++) log -= Math.log(i);
  return Math.exp(log);
}

function mean(values: number[]): number {
  return values.reduce((a, b) => a + b, 0) / values.length;
}
