import { formatSahara } from '../../base/amount.ts';
import { printable } from '../../base/printable.ts';
import type { EconomicEvent } from '../../chain/economy.ts';
import { accountLabel } from '../../config/accounts.ts';
import { shown } from '../ui/glyphs.ts';
import { dim, style } from '../ui/text.ts';
import { clip, width } from '../ui/width.ts';
import type { Revenue } from './board.ts';
import type { Section } from './section.ts';

/** As many as are worth looking through. */
const MOST_EVENT_LINES = 40;
/** Before a name is shortened further, others go. */
const GOOD_NAME = 16;
/** A name that is shortened further tells nothing. */
const LEAST_NAME = 6;
const LONGEST_BAR = 24;

/** What happened, the newest first. */
export function eventLines(events: readonly EconomicEvent[], room: number): Section {
  const newest = events.slice(-MOST_EVENT_LINES).reverse();
  const lines = linesOf(newest.map(partsOf), room);
  return {
    heading: dim('Events'),
    lines: lines.length > 0 ? lines : [dim('nothing was published or sold yet')],
  };
}

type Parts = { number: string; what: string; thing: string; person: string; sum: string; unit: string };

function partsOf({ block, what, asset, version, who, amount }: EconomicEvent): Parts {
  return {
    number: `#${block}`,
    what,
    thing: printable(version === null ? asset : `${asset}@${version}`),
    person: who === null ? '' : nameOf(who),
    sum: amount === null ? '' : formatSahara(amount),
    unit: amount === null ? '' : 'SAHARA',
  };
}

/** In columns. What there is no room for goes, the same of each line: the unit, the person, the block's number; an amount never. */
function linesOf(all: readonly Parts[], room: number): string[] {
  const longest = (part: keyof Parts) => Math.max(0, ...all.map((parts) => width(parts[part])));
  const shapes: (keyof Parts)[][] = [
    ['number', 'what', 'thing', 'person', 'sum', 'unit'],
    ['number', 'what', 'thing', 'person', 'sum'],
    ['number', 'what', 'thing', 'sum'],
    ['what', 'thing', 'sum'],
    ['what', 'sum'],
  ];
  const others = (shape: readonly (keyof Parts)[]) =>
    shape.filter((part) => part !== 'thing').reduce((sum, part) => sum + longest(part) + 2, 0);
  const need = (s: readonly (keyof Parts)[]) =>
    Math.min(longest('thing'), s.includes('person') ? GOOD_NAME : LEAST_NAME);
  const shape = shapes.find((s) => others(s) + (s.includes('thing') ? need(s) : -2) <= room) ?? [
    'sum' as const,
  ];
  const nameRoom = Math.min(longest('thing'), room - others(shape));
  return all.map((parts) =>
    shape
      .map((part) => {
        const text = part === 'thing' ? clip(parts.thing, nameRoom, shown('…')) : parts[part];
        const gap = ' '.repeat(Math.max(0, (part === 'thing' ? nameRoom : longest(part)) - width(text)));
        if (part === 'sum') return `${gap}${text}`;
        return `${part === 'number' ? dim(text) : part === 'what' ? style('cyan', text) : text}${gap}`;
      })
      .join('  ')
      .trimEnd(),
  );
}

/** An address that has no name is told by its ends. */
function nameOf(who: `0x${string}`): string {
  const label = accountLabel(who);
  return label === who ? `${who.slice(0, 6)}${shown('…')}${who.slice(-4)}` : label;
}

/** What was paid for assets, the most first, with a bar each. */
export function revenueLines(all: readonly Revenue[], room: number, most: number): Section {
  const first = [...all]
    .sort((a, b) => (a.amount < b.amount ? 1 : a.amount > b.amount ? -1 : 0))
    .slice(0, most);
  const highest = first[0]?.amount || 1n;
  const sums = first.map(({ amount }) => formatSahara(amount));
  const sumRoom = Math.max(0, ...sums.map((sum) => sum.length));
  const names = first.map(({ asset }) => printable(asset));
  const nameRoom = Math.max(
    LEAST_NAME,
    Math.min(Math.max(0, ...names.map(width)), room - sumRoom - 2, Math.floor(room / 3)),
  );
  const barRoom = Math.min(LONGEST_BAR, room - nameRoom - sumRoom - 4);
  return {
    heading: dim(clip('Paid for, in SAHARA', room, shown('…'))),
    lines: first.map(({ amount }, i) => {
      const name = clip(names[i] ?? '', nameRoom, shown('…'));
      const bar = barRoom < 3 ? '' : '▇'.repeat(Math.max(1, Number((amount * BigInt(barRoom)) / highest)));
      const line = `${name}${' '.repeat(nameRoom - width(name))}  ${(sums[i] ?? '').padStart(sumRoom)}`;
      return `${clip(line, room, shown('…'))}${bar && `  ${style('green', shown(bar))}`}`;
    }),
  };
}
