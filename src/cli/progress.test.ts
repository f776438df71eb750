import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Output } from './output.ts';
import type { Format } from './output-mode.ts';
import { createProgress } from './progress.ts';

const notes: string[] = [];
const events: Parameters<Output['event']>[0][] = [];
const output = (format: Format, quiet = false): Output => ({
  format,
  quiet,
  note: (line) => void notes.push(line),
  redirectNotes() {},
  warn() {},
  event: (event) => void (event.type === 'progress' && events.push(event)),
  async early() {},
  async success() {},
  async failure() {},
});

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubEnv('CI', '1');
  vi.stubEnv('SAHARA_SCREEN_READER', '');
  notes.length = 0;
  events.length = 0;
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllEnvs();
});

/** Ten megabytes each second. */
async function run(progress: ReturnType<typeof createProgress>, seconds: number): Promise<void> {
  for (let i = 0; i < seconds * 10; i++) {
    await vi.advanceTimersByTimeAsync(100);
    progress.advance(1_000_000);
  }
}

describe('progress in a log', () => {
  it('is a line for a long step, and one every ten seconds', async () => {
    const progress = createProgress(output('text'));
    progress.start('Uploading', 300_000_000, 'bytes');
    await run(progress, 25);
    progress.done('30 files');
    expect(notes).toEqual([
      '- Uploading',
      expect.stringMatching(/^- Uploading: 3[56]%, 10[67]\.0 MB of 300\.0 MB, (9|10)\.\d MB\/s, 2\d s left$/),
      expect.stringMatching(
        /^- Uploading: (69|70)%, 20[78]\.0 MB of 300\.0 MB, (9|10)\.\d MB\/s, (9|10) s left$/,
      ),
      '  30 files',
    ]);
  });

  it('is silent for what is short, with --quiet, and after the end', async () => {
    const progress = createProgress(output('text'));
    progress.start('Hashing');
    await run(progress, 0.5);
    progress.done();
    progress.start('Uploading');
    await progress.close();
    progress.start('Registering on chain');
    await run(progress, 30);
    const quiet = createProgress(output('text', true));
    quiet.start('Uploading');
    await run(quiet, 30);
    expect(notes).toEqual([]);
  });

  it('is a sentence at the beginning, at each quarter and at the end for a screen reader', async () => {
    vi.stubEnv('SAHARA_SCREEN_READER', '1');
    const progress = createProgress(output('text'));
    progress.start('Uploading', 100_000_000, 'bytes');
    await run(progress, 10);
    progress.done();
    expect(notes).toEqual([
      'Uploading: started.',
      'Uploading: 25 percent, 25.0 MB of 100.0 MB, about 8 seconds left.',
      'Uploading: 50 percent, 50.0 MB of 100.0 MB, about 5 seconds left.',
      'Uploading: 75 percent, 75.0 MB of 100.0 MB, about 3 seconds left.',
      'Uploading: done.',
    ]);
  });
});

describe('progress as events', () => {
  it('tells amounts, times, rate and what is left, and null for what is not known', async () => {
    const progress = createProgress(output('ndjson'));
    progress.start('Uploading', 50_000_000, 'bytes');
    await run(progress, 2);
    progress.done();
    expect(events[0]).toEqual({
      type: 'progress',
      step: 'Uploading',
      done: 0,
      total: 50_000_000,
      unit: 'bytes',
      elapsedMs: 0,
      rate: null,
      etaMs: null,
    });
    expect(events.at(-1)).toMatchObject({ done: 20_000_000, elapsedMs: 2000, rate: 10_000_000, etaMs: 3000 });
    expect(events.length).toBeLessThan(10);
  });

  it('ends with the result: nothing comes after', async () => {
    const progress = createProgress(output('ndjson'));
    progress.start('Uploading');
    await progress.close();
    const before = events.length;
    progress.advance(1);
    progress.start('Registering on chain');
    progress.done('late');
    expect([events.length, notes.length]).toEqual([before, 0]);
  });
});
