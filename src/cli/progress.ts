import type { Progress } from '../base/progress.ts';
import type { Output } from './output.ts';
import type { ProgressView } from './ui/progress-view.tsx';

/** Work shorter than this shows no progress, and loads nothing to draw it. Milliseconds. */
const PATIENCE_MS = 800;
/** The least time between two events of the same step. Milliseconds. */
const EVENT_MS = 250;

export type ClosableProgress = Progress & { close(): Promise<void> };

export type StepState = {
  step: string;
  done: number;
  total: number | undefined;
  unit: 'bytes' | 'items';
  since: number;
};

/**
 * Progress for what takes longer than a moment: a live line drawn by ink on a terminal, one plain line for
 * each long step elsewhere, events in NDJSON, nothing with --quiet.
 */
export function createProgress(output: Output): ClosableProgress {
  if (output.format === 'ndjson') return progressEvents(output);
  if (output.quiet) return { start() {}, advance() {}, done() {}, async close() {} };
  const live = process.stderr.isTTY === true && process.env['TERM'] !== 'dumb' && !process.env['CI'];
  let state: StepState | undefined;
  let view: ProgressView | undefined;
  let loading: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;
  let closed = false;

  const show = () => {
    timer = undefined;
    if (!state || closed) return;
    if (!live) {
      output.note(`- ${state.step}`);
      return;
    }
    loading ??= import('./ui/progress-view.tsx').then(({ openProgressView }) => {
      if (closed) return;
      const opened = openProgressView(() => state);
      view = opened;
      // Lines written past ink would tear the one that it draws.
      output.redirectNotes((line) => opened.log(line));
    });
  };

  return {
    start(step, total, unit = 'items') {
      state = { step, done: 0, total, unit, since: Date.now() };
      clearTimeout(timer);
      timer = setTimeout(show, PATIENCE_MS);
      timer.unref();
    },
    advance(by) {
      if (state) state.done += by;
    },
    done(note) {
      clearTimeout(timer);
      if (note) output.note(`  ${note}`);
      state = undefined;
    },
    async close() {
      closed = true;
      clearTimeout(timer);
      await loading;
      output.redirectNotes(undefined);
      view?.close();
    },
  };
}

/** Every step's beginning and end as an event, and how far it is a few times a second. */
function progressEvents(output: Output): ClosableProgress {
  let state: StepState | undefined;
  let saidAt = 0;
  const say = () => {
    if (!state) return;
    const { since, total, ...rest } = state;
    saidAt = Date.now();
    output.event({ type: 'progress', ...rest, total: total ?? null, elapsedMs: saidAt - since });
  };
  return {
    start(step, total, unit = 'items') {
      state = { step, done: 0, total, unit, since: Date.now() };
      say();
    },
    advance(by) {
      if (!state) return;
      state.done += by;
      if (Date.now() - saidAt >= EVENT_MS) say();
    },
    done(note) {
      say();
      state = undefined;
      if (note) output.note(note);
    },
    async close() {},
  };
}
