import type { Progress } from '../base/progress.ts';
import type { Output } from './output.ts';
import { etaMs, rateOf, type Sample, withSample } from './rate.ts';
import type { LiveLine } from './ui/live-line.ts';
import { progressNote, progressSentence, type Reading } from './ui/progress-line.ts';
import { canRedraw, wantsScreenReader } from './ui/terminal.ts';

/** Work shorter than this shows no progress, and loads nothing to draw it. Milliseconds. */
const PATIENCE_MS = 800;
/** The least time between two events of the same step. Milliseconds. */
const EVENT_MS = 250;
/** The time between two lines of the same step where lines stay, e.g. in the log of a CI. Milliseconds. */
const LINE_MS = 10_000;

export type ClosableProgress = Progress & { close(): Promise<void> };

type Step = Omit<Reading, 'elapsedMs' | 'rate' | 'etaMs'> & { since: number; samples: Sample[] };

/** Shows what a step under way does, from when it has lasted a moment. */
type Show = {
  /** A step has begun. */
  begun?(): void;
  advanced?(): void;
  /** A step is over; `reading` is where it ended. */
  ended?(reading: Reading): void;
  close(): Promise<void>;
};

/**
 * Progress for what takes longer than a moment: a live line on a terminal, sentences for a screen reader, a plain line
 * now and then elsewhere, events in NDJSON, nothing with --quiet.
 */
export function createProgress(output: Output): ClosableProgress {
  let step: Step | undefined;
  // Work that did not heed an interruption may go on for a moment, and has nothing more to say.
  let closed = false;
  const current = (): Reading | undefined => step && readingOf(step);
  const show = showFor(output, current);
  return {
    start(name, total, unit = 'items') {
      if (closed) return;
      const since = performance.now();
      const samples = [{ at: since, done: 0 }];
      step = { step: name, done: 0, total: total ?? null, unit, since, samples };
      show.begun?.();
    },
    advance(by) {
      if (!step) return;
      step.done += by;
      step.samples = withSample(step.samples, { at: performance.now(), done: step.done });
      show.advanced?.();
    },
    done(note) {
      const reading = current();
      if (reading) show.ended?.(reading);
      step = undefined;
      if (note && !closed) output.note(`  ${note}`);
    },
    async close() {
      closed = true;
      step = undefined;
      await show.close();
    },
  };
}

function readingOf({ since, samples, ...step }: Step): Reading {
  const now = performance.now();
  const rate = rateOf(samples, now);
  return {
    ...step,
    elapsedMs: Math.round(now - since),
    rate: rate === null ? null : Math.round(rate * 1000) / 1000,
    etaMs: etaMs(step.done, step.total, rate),
  };
}

function showFor(output: Output, current: () => Reading | undefined): Show {
  if (output.format === 'ndjson') return showEvents(output, current);
  if (output.quiet) return { async close() {} };
  if (wantsScreenReader()) return showSentences(output, current);
  return canRedraw() ? showLive(output, current) : showLines(output, current);
}

/** Every step's beginning and end as an event, and how far it is a few times a second. */
function showEvents(output: Output, current: () => Reading | undefined): Show {
  let saidAt = 0;
  const say = () => {
    const reading = current();
    saidAt = performance.now();
    if (reading) output.event({ type: 'progress', ...reading });
  };
  return {
    begun: say,
    advanced() {
      if (performance.now() - saidAt >= EVENT_MS) say();
    },
    ended: say,
    async close() {},
  };
}

/** A line that is drawn over. It appears when the work has lasted a moment, and stays through its steps. */
function showLive(output: Output, current: () => Reading | undefined): Show {
  let line: LiveLine | undefined;
  let loading: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;
  let closed = false;
  const open = () => {
    loading = import('./ui/progress-view.ts').then(({ openProgressView }) => {
      if (closed) return;
      const opened = openProgressView(current);
      line = opened;
      // Lines written past it would tear the one that is drawn over.
      output.redirectNotes((text) => opened.log(text));
    });
  };
  return {
    begun() {
      timer ??= setTimeout(open, PATIENCE_MS).unref();
    },
    async close() {
      closed = true;
      clearTimeout(timer);
      await loading;
      output.redirectNotes(undefined);
      line?.close();
    },
  };
}

/** Calls `say` when a step has lasted a moment, and again after each `pause`. */
function nowAndThen(pause: number, say: (isFirst: boolean) => void) {
  let timer: NodeJS.Timeout | undefined;
  const again = (isFirst: boolean) => {
    say(isFirst);
    timer = setTimeout(again, pause, false).unref();
  };
  const stop = () => clearTimeout(timer);
  return {
    begin() {
      stop();
      timer = setTimeout(again, PATIENCE_MS, true).unref();
    },
    stop,
  };
}

/** A line for each long step, and one every ten seconds. */
function showLines(output: Output, current: () => Reading | undefined): Show {
  const say = (isFirst: boolean) => {
    const reading = current();
    if (reading) output.note(`- ${isFirst ? reading.step : progressNote(reading)}`);
  };
  const clock = nowAndThen(LINE_MS, say);
  return {
    begun: clock.begin,
    ended: clock.stop,
    async close() {
      clock.stop();
    },
  };
}

const quarterOf = ({ done, total }: Reading): number => (total ? Math.floor((done / total) * 4) : 0);

/** For a screen reader: whole sentences when a long step begins, at each quarter, and when it is done. */
function showSentences(output: Output, current: () => Reading | undefined): Show {
  let quarter = 0;
  let isSaid = false;
  const say = (reading: Reading) => output.note(progressSentence(reading));
  const clock = nowAndThen(3 * LINE_MS, (isFirst) => {
    const reading = current();
    if (!reading) return;
    isSaid = true;
    quarter = quarterOf(reading);
    if (isFirst) output.note(`${reading.step}: started.`);
    else if (reading.total === null) say(reading);
  });
  return {
    begun() {
      quarter = 0;
      isSaid = false;
      clock.begin();
    },
    advanced() {
      const reading = current();
      if (!isSaid || !reading?.total) return;
      const reached = quarterOf(reading);
      if (reached <= quarter || reached >= 4) return;
      quarter = reached;
      say(reading);
    },
    ended({ step }) {
      clock.stop();
      if (isSaid) output.note(`${step}: done.`);
    },
    async close() {
      clock.stop();
    },
  };
}
