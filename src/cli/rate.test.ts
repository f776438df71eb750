import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { etaMs, rateOf, type Sample, withSample } from './rate.ts';

/** Samples of a step that advances by `by` every `every` milliseconds. */
function run(by: number, every: number, until: number, from: Sample[] = [{ at: 0, done: 0 }]): Sample[] {
  let samples = from;
  for (let { at, done } = samples.at(-1) ?? { at: 0, done: 0 }; at + every <= until; ) {
    at += every;
    done += by;
    samples = withSample(samples, { at, done });
  }
  return samples;
}

describe('the rate of the last seconds', () => {
  it('is not known before there is something to tell it from', () => {
    expect(rateOf([], 0)).toBeNull();
    expect(rateOf([{ at: 0, done: 0 }], 200)).toBeNull();
    expect(rateOf(run(10, 100, 200), 250)).toBeNull();
    expect(rateOf(run(10, 100, 1000), 1000)).toBe(100);
  });

  it('is units per second, whatever the chunks are', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e9 }), fc.integer({ min: 1, max: 1000 }), (by, every) => {
        const rate = rateOf(run(by, every, 20_000), 20_000) ?? 0;
        // The last chunk may be a whole one behind.
        expect(rate).toBeLessThanOrEqual((by / every) * 1000 * 1.001);
        expect(rate).toBeGreaterThanOrEqual((by / every) * 1000 * 0.75);
      }),
    );
  });

  it('follows a change within its window, unlike an average since the start', () => {
    const slower = run(1, 100, 66_000, run(1000, 100, 60_000));
    expect(rateOf(slower, 66_000)).toBeCloseTo(10, 0);
    const faster = run(1000, 100, 66_000, run(1, 100, 60_000));
    expect(rateOf(faster, 66_000)).toBeCloseTo(10_000, -1);
  });

  it('falls to nothing when nothing comes any more', () => {
    const samples = run(1000, 100, 10_000);
    const at = (ms: number) => rateOf(samples, 10_000 + ms) ?? -1;
    expect(at(2500)).toBeLessThan(at(0) * 0.6);
    expect(at(5100)).toBe(0);
    expect(at(600_000)).toBe(0);
  });

  it('keeps few samples, however many there are', () => {
    expect(run(1, 1, 30_000).length).toBeLessThan(120);
  });
});

describe('the time that is left', () => {
  it('is what remains at this rate', () => {
    expect(etaMs(25, 100, 50)).toBe(1500);
    expect(etaMs(100, 100, 50)).toBe(0);
    expect(etaMs(120, 100, 50)).toBe(0);
  });

  it('is not known without a total, a rate, or with nothing coming', () => {
    for (const [total, rate] of [
      [null, 5],
      [10, null],
      [10, 0],
    ] as const)
      expect(etaMs(1, total, rate)).toBeNull();
  });
});
