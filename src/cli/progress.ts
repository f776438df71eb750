import type { Progress } from '../base/progress.ts';
import type { Output } from './output.ts';
import type { ProgressView } from './ui/progress-view.tsx';

/** Work shorter than this shows no progress, and costs no rendering. Milliseconds. */
const PATIENCE_MS = 600;

export type ClosableProgress = Progress & { close(): Promise<void> };

export type StepState = {
  step: string;
  done: number;
  total: number | undefined;
  unit: 'bytes' | 'items';
  since: number;
};

/**
 * Progress on stderr: a live line drawn by ink on a terminal, one plain line per step elsewhere, nothing
 * with --quiet. Ink is loaded only once the work has lasted long enough for somebody to wonder.
 */
export function createProgress(output: Output): ClosableProgress {
  if (output.quiet) return { start() {}, advance() {}, done() {}, async close() {} };
  const live = process.stderr.isTTY === true && process.env['TERM'] !== 'dumb' && !process.env['CI'];
  let state: StepState | undefined;
  let view: ProgressView | undefined;
  let loading: Promise<void> | undefined;
  let closed = false;

  const timer = live
    ? setTimeout(() => {
        if (!state || closed) return;
        loading = import('./ui/progress-view.tsx').then(({ openProgressView }) => {
          if (!closed) view = openProgressView(() => state);
        });
      }, PATIENCE_MS)
    : undefined;
  timer?.unref();

  return {
    start(step, total, unit = 'items') {
      state = { step, done: 0, total, unit, since: Date.now() };
      if (!live) process.stderr.write(`- ${step}\n`);
    },
    advance(by) {
      if (state) state.done += by;
    },
    done(note) {
      if (state && note && !live) process.stderr.write(`  ${note}\n`);
      if (state && live && view) view.log(`${state.step}${note ? `: ${note}` : ''}`);
      state = undefined;
    },
    async close() {
      closed = true;
      clearTimeout(timer);
      await loading;
      view?.close();
    },
  };
}
