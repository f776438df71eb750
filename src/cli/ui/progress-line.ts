import { formatBytes } from '../../base/amount.ts';
import { width } from './width.ts';

/** How far a step is. `total` is null where it is not known; amounts are in `unit`. */
export type Reading = {
  step: string;
  done: number;
  total: number | null;
  unit: 'bytes' | 'items';
  elapsedMs: number;
  /** Units per second over the last seconds; null where it is not known yet. */
  rate: number | null;
  /** Milliseconds to the end at this rate; null where it is not known. */
  etaMs: number | null;
};

/** Milliseconds for people: "8 s", "2 min 05 s", "1 h 10 min". */
export function formatDuration(ms: number): string {
  const seconds = Math.ceil(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${String(seconds % 60).padStart(2, '0')} s`;
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} min`;
}

const percentOf = ({ done, total }: Reading): number | undefined =>
  total ? Math.floor(Math.min(1, done / total) * 100) : undefined;

const amountOf = (amount: number, unit: Reading['unit']): string =>
  unit === 'bytes' ? formatBytes(amount) : `${amount}`;

function rateText({ rate, unit }: Reading): string | undefined {
  if (rate === null) return undefined;
  if (unit === 'bytes') return `${(rate / 1e6).toFixed(1)} MB/s`;
  return `${rate < 10 ? rate.toFixed(1) : rate.toFixed(0)}/s`;
}

function amountText(reading: Reading): string | undefined {
  const { done, total, unit } = reading;
  if (total) return `${amountOf(done, unit)} of ${amountOf(total, unit)}`;
  return done > 0 ? amountOf(done, unit) : undefined;
}

const BAR = { narrowest: 8, widest: 24 };

/** Time that has passed, as a clock shows it: "0:08", "12:05", "1:10:00". */
function clock(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  const two = (n: number) => String(n % 60).padStart(2, '0');
  const minutes = Math.floor(seconds / 60);
  return minutes < 60
    ? `${minutes}:${two(seconds)}`
    : `${Math.floor(minutes / 60)}:${two(minutes)}:${two(seconds)}`;
}

/**
 * One line of at most `room` columns: step, bar, percentage, amounts, rate, time left or passed. What matters less is
 * left out first where there is no room for all: amounts, then the bar.
 */
export function progressLine(reading: Reading, room: number, unicode: boolean): string {
  const percent = percentOf(reading);
  const left = reading.etaMs === null ? undefined : `${formatDuration(reading.etaMs)} left`;
  const passed = clock(reading.elapsedMs);
  const parts: { text: string | undefined; rank: number }[] = [
    { text: percent === undefined ? undefined : `${percent}%`.padStart(4), rank: 1 },
    { text: amountText(reading), rank: percent === undefined ? 1 : 5 },
    { text: rateText(reading), rank: 2 },
    { text: left ?? passed, rank: 3 },
    { text: left === undefined ? undefined : passed, rank: 6 },
  ];
  let free = room - width(reading.step);
  let bar = 0;
  const chosen = new Set<string>();
  for (let rank = 1; rank <= 6; rank++) {
    if (rank === 4 && percent !== undefined && free > BAR.narrowest) {
      bar = BAR.narrowest;
      free -= bar + 1;
    }
    for (const { text } of parts.filter((p) => p.rank === rank && p.text !== undefined))
      if (text !== undefined && width(text) + 2 <= free) {
        chosen.add(text);
        free -= width(text) + 2;
      }
  }
  if (bar > 0) bar += Math.min(free, BAR.widest - BAR.narrowest);
  const pieces = parts.flatMap(({ text }) => (text !== undefined && chosen.has(text) ? [text] : []));
  const drawn = bar > 0 ? ` ${barOf((percent ?? 0) / 100, bar, unicode)}` : '';
  return `${cut(reading.step, room)}${drawn}${pieces.map((p, i) => (i === 0 && drawn ? ` ${p}` : `  ${p}`)).join('')}`;
}

function barOf(fraction: number, columns: number, unicode: boolean): string {
  const full = Math.round(fraction * columns);
  return (unicode ? '█' : '#').repeat(full) + (unicode ? '░' : '.').repeat(columns - full);
}

function cut(text: string, to: number): string {
  return width(text) <= to ? text : [...text].slice(0, Math.max(0, to)).join('');
}

/** The same for a log: "Uploading: 42%, 126.0 MB of 300.0 MB, 12.3 MB/s, 14 s left". */
export function progressNote(reading: Reading): string {
  const percent = percentOf(reading);
  const parts = [
    percent === undefined ? undefined : `${percent}%`,
    amountText(reading),
    rateText(reading),
    reading.etaMs === null
      ? `${formatDuration(reading.elapsedMs)} so far`
      : `${formatDuration(reading.etaMs)} left`,
  ];
  return `${reading.step}: ${parts.filter((p) => p !== undefined).join(', ')}`;
}

/** The same as a sentence that is read aloud. */
export function progressSentence(reading: Reading): string {
  const percent = percentOf(reading);
  const amount = amountText(reading);
  const time =
    reading.etaMs === null ? `${spoken(reading.elapsedMs)} so far` : `about ${spoken(reading.etaMs)} left`;
  const parts = [percent === undefined ? undefined : `${percent} percent`, amount, time];
  return `${reading.step}: ${parts.filter((p) => p !== undefined).join(', ')}.`;
}

function spoken(ms: number): string {
  const seconds = Math.ceil(ms / 1000);
  const count = seconds < 60 ? seconds : Math.round(seconds / 60);
  return `${count} ${seconds < 60 ? 'second' : 'minute'}${count === 1 ? '' : 's'}`;
}
