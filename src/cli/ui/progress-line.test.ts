import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import {
  formatDuration,
  progressLine,
  progressNote,
  progressSentence,
  type Reading,
} from './progress-line.ts';

const reading: Reading = {
  step: 'Uploading',
  done: 126_000_000,
  total: 300_000_000,
  unit: 'bytes',
  elapsedMs: 10_200,
  rate: 12_300_000,
  etaMs: 14_100,
};

describe('a line of progress', () => {
  it('says at 80 columns how far, how much, how fast and how long', () => {
    expect(progressLine(reading, 80, true)).toBe(
      'Uploading ██████░░░░░░░░  42%  126.0 MB of 300.0 MB  12.3 MB/s  15 s left  0:10',
    );
  });

  it('leaves out first what matters least', () => {
    expect(progressLine(reading, 60, true)).toBe(
      'Uploading ███████░░░░░░░░░  42%  12.3 MB/s  15 s left  0:10',
    );
    expect(progressLine(reading, 38, true)).toBe('Uploading   42%  12.3 MB/s  15 s left');
    expect(progressLine(reading, 20, true)).toBe('Uploading   42%');
    expect(progressLine(reading, 5, true)).toBe('Uploa');
  });

  it('draws with ASCII where the locale has nothing else', () => {
    expect(progressLine(reading, 200, false)).toBe(
      'Uploading ##########..............  42%  126.0 MB of 300.0 MB  12.3 MB/s  15 s left  0:10',
    );
  });

  it('does without what is not known', () => {
    const unknown = { ...reading, total: null, rate: null, etaMs: null };
    expect(progressLine({ ...unknown, done: 0 }, 80, true)).toBe('Uploading  0:10');
    expect(progressLine(unknown, 80, true)).toBe('Uploading  126.0 MB  0:10');
    expect(progressLine({ ...unknown, unit: 'items', done: 7, rate: 2.5 }, 80, true)).toBe(
      'Uploading  7  2.5/s  0:10',
    );
  });

  it('never takes more than its room, and never passes 100 %', () => {
    fc.assert(
      fc.property(
        fc.nat({ max: 220 }),
        fc.string({ maxLength: 30, unit: fc.constantFrom('a', 'B', '-') }),
        fc.nat(),
        fc.option(fc.nat()),
        fc.option(fc.float({ min: 0, max: 1e9, noNaN: true })),
        fc.option(fc.nat()),
        fc.constantFrom('bytes', 'items'),
        (room, step, done, total, rate, etaMs, unit) => {
          const line = progressLine(
            { step, done, total, rate, etaMs, unit, elapsedMs: 4_000_000 },
            room,
            true,
          );
          expect(line.length).toBeLessThanOrEqual(room);
          expect(Number(/(\d+)%/.exec(line)?.[1] ?? 0)).toBeLessThanOrEqual(100);
        },
      ),
    );
  });
});

test('a log and a voice get the same as text', () => {
  expect(progressNote(reading)).toBe('Uploading: 42%, 126.0 MB of 300.0 MB, 12.3 MB/s, 15 s left');
  expect(progressNote({ ...reading, total: null, etaMs: null, rate: null })).toBe(
    'Uploading: 126.0 MB, 11 s so far',
  );
  expect(progressSentence(reading)).toBe(
    'Uploading: 42 percent, 126.0 MB of 300.0 MB, about 15 seconds left.',
  );
  expect(progressSentence({ ...reading, etaMs: 60_000 })).toMatch(/about 1 minute left\.$/);
});

test('durations are short', () => {
  expect([0, 900, 59_000, 59_001, 60_000, 3_599_000, 3_600_001].map(formatDuration)).toEqual([
    '0 s',
    '1 s',
    '59 s',
    '1 min 00 s',
    '1 min 00 s',
    '59 min 59 s',
    '1 h 00 min',
  ]);
});
