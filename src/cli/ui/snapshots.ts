import { formatBytes, formatSahara } from '../../base/amount.ts';
import type { SnapshotDiff } from '../../devnet/snapshots/diff.ts';
import type { ListedSnapshot } from '../../devnet/snapshots/types.ts';
import { counted } from './content-text.ts';
import { table } from './table.ts';
import { oneLine } from './text.ts';

/** "block 12, 3 assets, 3 pins, 1.2 MB". */
export const snapshotFacts = ({ head, assets, pins, bytes }: ListedSnapshot): string =>
  `block ${head.number}, ${counted(assets, 'asset')}, ${counted(pins, 'pin')}, ${formatBytes(bytes)}`;

export const snapshotTable = (snapshots: readonly ListedSnapshot[]): string =>
  table(
    ['name', 'made', 'block>', 'clock', 'assets>', 'pins>', 'size>'],
    snapshots.map(({ name, createdAt, head, assets, pins, bytes }) => [
      name,
      minute(createdAt),
      `${head.number}`,
      minute(head.time),
      `${assets}`,
      `${pins}`,
      formatBytes(bytes),
    ]),
  );

const minute = (iso: string): string => iso.slice(0, 16).replace('T', ' ');

/** A line for each thing that is different. */
export function diffText(diff: SnapshotDiff): string {
  const { head, seconds, assets, balances, vault, pins, local } = diff;
  const rows: string[][] = [];
  const add = (what: string, from: string, to: string, change = '') =>
    rows.push([what, oneLine(from), oneLine(to), change]);
  if (head.from.hash !== head.to.hash) {
    add('block', `${head.from.number}`, `${head.to.number}`, signed(head.to.number - head.from.number));
    add('clock', head.from.time.slice(0, 19), head.to.time.slice(0, 19), period(seconds));
  }
  for (const { asset, versions } of assets.added)
    add(`asset ${oneLine(asset)}`, '-', counted(versions, 'version'), 'added');
  for (const { asset, versions } of assets.removed)
    add(`asset ${oneLine(asset)}`, counted(versions, 'version'), '-', 'removed');
  for (const { asset, versions, owner, state } of assets.changed) {
    if (versions)
      add(`asset ${oneLine(asset)}`, counted(versions.from, 'version'), counted(versions.to, 'version'));
    if (owner) add(`owner of ${oneLine(asset)}`, owner.from, owner.to);
    if (state) add(`state of ${oneLine(asset)}`, state.from, state.to);
  }
  for (const { account, from, to } of balances) money(account, { from, to });
  for (const [name, change] of [
    ['paid in', vault.paidIn],
    ['claimed', vault.claimed],
    ['fees', vault.fees],
  ] as const)
    if (change) money(`vault: ${name}`, change);
  for (const { cid, name } of pins.added) add(`pin ${oneLine(name)}`, '-', cid, 'added');
  for (const { cid, name } of pins.removed) add(`pin ${oneLine(name)}`, cid, '-', 'removed');
  for (const { kind, ...counts } of local)
    add(
      `files: ${kind}`,
      '',
      '',
      Object.entries(counts)
        .filter(([, n]) => n > 0)
        .map(([how, n]) => `${n} ${how}`)
        .join(', '),
    );
  if (rows.length === 0) return 'Nothing is different.';
  return table(['', diff.from, diff.to ?? 'now', 'change>'], rows);

  function money(what: string, { from, to }: { from: string; to: string }) {
    const change = BigInt(to) - BigInt(from);
    add(
      what,
      formatSahara(BigInt(from)),
      formatSahara(BigInt(to)),
      `${change > 0n ? '+' : ''}${formatSahara(change)}`,
    );
  }
}

const signed = (n: number): string => (n > 0 ? `+${n}` : `${n}`);

/** "+30d 1h", "-5m", the two largest units. */
function period(seconds: number): string {
  const units: [string, number][] = [
    ['d', 86_400],
    ['h', 3600],
    ['m', 60],
    ['s', 1],
  ];
  let rest = Math.abs(seconds);
  const parts = units.flatMap(([unit, size]) => {
    const n = Math.floor(rest / size);
    rest -= n * size;
    return n > 0 ? [`${n}${unit}`] : [];
  });
  return `${seconds < 0 ? '-' : '+'}${parts.slice(0, 2).join(' ') || '0s'}`;
}
