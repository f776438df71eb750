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
/** A name that is shortened further tells nothing. */
const LEAST_NAME = 6;
const LONGEST_BAR = 24;

/** What happened, the newest first. */
export function eventLines(events: readonly EconomicEvent[], room: number): Section {
  const lines = events
    .slice(-MOST_EVENT_LINES)
    .reverse()
    .map((event) => eventLine(event, room));
  return {
    heading: dim('Events'),
    lines: lines.length > 0 ? lines : [dim('nothing was published or sold yet')],
  };
}

/** An amount is shown to its last wei: what there is no room for goes before it, the number of the block first. */
export function eventLine({ what, block, asset, version, who, amount }: EconomicEvent, room: number): string {
  const thing = printable(version === null ? asset : `${asset}@${version}`);
  const person = who === null ? '' : nameOf(who);
  const money = amount === null ? '' : formatSahara(amount);
  const unit = money === '' ? '' : `${money} SAHARA`;
  const verb = what.padEnd(9);
  const whole = [
    ['#', `${block}`, verb, thing, person, unit],
    ['', '', verb, thing, person, unit],
    ['', '', verb, thing, '', unit],
    ['', '', verb, thing, '', money],
  ];
  for (const [mark = '', number = '', verbs = '', name = '', by = '', sum = ''] of whole) {
    const fixed = [`${mark}${number}`, verbs, by, sum].filter((part) => part !== '');
    const used = fixed.reduce((all, part) => all + part.length + 1, 0);
    const left = room - used;
    if (left < Math.min(width(name), LEAST_NAME)) continue;
    const parts = [dim(`${mark}${number}`), style('cyan', verbs), clip(name, left, shown('…')), by, sum];
    return parts.filter((part) => part !== '' && part !== dim('')).join(' ');
  }
  return clip(`${what} ${money}`, room, shown('…'));
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
