import { printable } from '../../base/printable.ts';
import { logRows } from '../ui/devnet-dashboard-data.ts';
import { shown } from '../ui/glyphs.ts';
import { bold, dim, style } from '../ui/text.ts';
import { clip, width } from '../ui/width.ts';
import type { Board } from './board.ts';
import { eventLines, revenueLines } from './economy-lines.ts';
import { type BoardKey, helpLines, keysLine } from './keys.ts';
import { fitted, type Section } from './section.ts';
import { serviceLines } from './service-lines.ts';
import { passed } from './since.ts';
import { sparkline } from './sparkline.ts';

export type Frame = {
  columns: number;
  rows: number;
  /** Milliseconds since 1970. */
  now: number;
  /** The keys that do something here; none without a keyboard. */
  keys: readonly BoardKey[];
};

const COLOURS = { good: 'green', busy: 'yellow', bad: 'red' } as const;
const STEPS = { save: 'saving', content: 'stopping', chain: 'stopping' } as const;
/** Blocks listed one by one: more of them tell less than events do. */
const MOST_BLOCK_LINES = 5;
const MOST_REVENUE_LINES = 6;
/** Columns from which a block has its date beside its time. */
const WITH_DATE = 60;
/** Columns below which nothing more is shortened; no terminal is as narrow. */
const LEAST = 20;

/** The dashboard as lines, the last one above the edge: none is wider than the terminal, and there is one less than it has. */
export function boardLines(board: Board, frame: Frame): string[] {
  const room = Math.max(LEAST, frame.columns - 2);
  const head = [headLine(board, room, frame.now), '', ...serviceLines(board, room, frame.now)];
  const foot = [
    ...(board.message ? [toned(board.message.text, board.message.tone, room)] : []),
    dim(clip(keysLine(frame.keys, board, room), room, shown('…'))),
  ];
  const most = Math.max(0, frame.rows - 1 - foot.length);
  const body = bodyLines(board, room, most - head.length, frame);
  const above = [...head, ...body].slice(0, most);
  const gap = Array<string>(most - above.length).fill('');
  return [...above, ...gap, ...foot].map((line) => ` ${clip(line, room, shown('…'))}`.trimEnd());
}

function headLine({ name, stopping, step, services, live }: Board, room: number, now: number): string {
  const state = step
    ? STEPS[step]
    : stopping
      ? 'stopping'
      : services.some((s) => s.state !== 'running')
        ? 'troubled'
        : 'running';
  const since = passed(now - Date.parse(live.startedAt));
  const right = shown(`${state} · ${since}`);
  const title = clip(`Sahara devnet ${name}`, room - right.length - 1, shown('…'));
  const gap = ' '.repeat(Math.max(1, room - width(title) - right.length));
  const tone = state === 'running' ? 'good' : 'busy';
  return `${bold(title)}${gap}${style(COLOURS[tone], state)}${right.slice(state.length)}`;
}

function bodyLines(board: Board, room: number, left: number, frame: Frame): string[] {
  if (left < 2) return [];
  if (board.page === 'help') return ['', ...helpLines(frame.keys, board, room)].slice(0, left);
  if (board.page === 'logs') return ['', ...logLines(board, room, left - 1)];
  const blocks = blockLines(board, room, frame.now);
  const events = eventLines(board.events, room);
  const revenue = revenueLines([...board.revenue.values()], room, MOST_REVENUE_LINES);
  return fitted([blocks, events, revenue], left);
}

function blockLines({ blocks }: Board, room: number, now: number): Section {
  const newest = blocks.at(-1);
  if (!newest) return { heading: dim('Blocks'), lines: [dim('none seen yet')] };
  const title = `Blocks, ${ageOf(newest.time, now)}`;
  const bars = sparkline(
    blocks.map(({ gasUsed }) => gasUsed),
    Math.max(0, Math.min(60, room - width(title) - 2)),
  );
  const lines = blocks
    .slice(-MOST_BLOCK_LINES)
    .reverse()
    .map(({ number, time, transactions, gasUsed }) => {
      const clock = new Date(time)
        .toISOString()
        .slice(room < WITH_DATE ? 11 : 0, 19)
        .replace('T', ' ');
      const text = `#${number}  ${clock}  ${transactions} tx  ${gasUsed.toLocaleString('en')} gas`;
      return clip(text, room, shown('…'));
    });
  return { heading: `${dim(clip(title, room, shown('…')))}  ${style('cyan', shown(bars))}`, lines };
}

/** A chain whose clock was set forward has mined in the future. */
function ageOf(time: number, now: number): string {
  const age = now - time;
  return age < -1000
    ? `${new Date(time).toISOString().slice(0, 16).replace('T', ' ')} UTC`
    : `${passed(age)} ago`;
}

function logLines({ logs }: Board, room: number, left: number): string[] {
  const label = Math.min(12, Math.floor(room / 4));
  return logRows(logs, left).map(({ label: log, value }) => {
    const name = clip(log, label - 1, shown('…')).padEnd(label);
    return `${dim(name)}${clip(shown(printable(value.replaceAll('\t', ' '))), room - label, shown('…'))}`;
  });
}

const toned = (text: string, tone: keyof typeof COLOURS, room: number): string =>
  style(COLOURS[tone], clip(shown(printable(text)), room, shown('…')));
