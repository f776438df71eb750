import { formatBps, formatSahara } from '../../base/amount.ts';
import { accountLabel } from '../../config/index.ts';
import { dim, safe, style, table } from './text.ts';

type Books = {
  asset: string;
  version: number;
  inflow: bigint;
  unsettled: bigint;
  parentsBps: number;
  absoluteBps: number;
  ceiling: bigint;
  directInflow: bigint;
  contributorUnit: number;
  ownerUnit: number;
};
type Earned = { account: string; role: string; asset: string; version?: number; amount: bigint };

/** Royalties on direct payments and ceilings are rare: their columns come with them. */
export function booksTable(books: Books[]): string {
  if (books.length === 0) return '';
  const owesAbsolute = books.some((b) => b.absoluteBps > 0);
  const isLimited = books.some((b) => b.ceiling > 0n);
  return table(
    [
      'version',
      'inflow>',
      'unsettled>',
      'parents>',
      ...(owesAbsolute ? ['of direct payments>'] : []),
      'contributors>',
      'owner>',
      ...(isLimited ? ['direct, of at most>'] : []),
    ],
    books.map((b) => [
      `${safe(b.asset)}@${b.version}`,
      formatSahara(b.inflow),
      formatSahara(b.unsettled),
      formatBps(b.parentsBps),
      ...(owesAbsolute ? [formatBps(b.absoluteBps)] : []),
      formatBps(b.contributorUnit),
      formatBps(b.ownerUnit),
      ...(isLimited
        ? [b.ceiling > 0n ? `${formatSahara(b.directInflow)} of ${formatSahara(b.ceiling)}` : '-']
        : []),
    ]),
  );
}

/** Earnings shown; a dataset may have hundreds of thousands of contributors. */
const SHOWN = 20;

/** The largest earnings, with a bar each so that shares can be seen and not only read. */
export function earningsTable(earnings: Earned[]): string {
  if (earnings.length === 0) return 'Nobody has earned anything yet.';
  const sorted = [...earnings].sort((a, b) => (a.amount < b.amount ? 1 : a.amount > b.amount ? -1 : 0));
  const most = sorted[0]?.amount || 1n;
  const rest = sorted.slice(SHOWN);
  const shown = table(
    ['account', 'as', 'of', 'SAHARA>', ''],
    sorted
      .slice(0, SHOWN)
      .map((e) => [
        accountLabel(e.account as `0x${string}`),
        e.role,
        `${safe(e.asset)}${e.version === undefined ? '' : `@${e.version}`}`,
        formatSahara(e.amount),
        '▇'.repeat(Math.max(1, Number((e.amount * 24n) / most))),
      ]),
  );
  if (rest.length === 0) return shown;
  const together = formatSahara(rest.reduce((sum, e) => sum + e.amount, 0n));
  return `${shown}\n${dim(`and ${rest.length} more with ${together} SAHARA together`)}`;
}

export type Money = {
  paidIn: bigint;
  fees: bigint;
  unsettled: bigint;
  pools: bigint;
  claimed: bigint;
  drift: bigint;
  unsolicited?: bigint;
  holds?: boolean;
};

/** Whether it holds is for the books to say; a model, or who has judged it before, may leave it to the sums. */
export function conservationLine(c: Money): string {
  const holds = c.holds ?? (c.paidIn === c.fees + c.unsettled + c.pools && c.drift >= 0n);
  const mark = holds ? style('green', '✓') : style('red', '✗');
  const held =
    c.unsolicited !== undefined && c.unsolicited > 0n
      ? `${formatSahara(c.unsolicited)} sent to the vault unasked`
      : `drift ${formatSahara(c.drift)}`;
  return `${mark} paid in ${formatSahara(c.paidIn)} = fees ${formatSahara(c.fees)} + unsettled ${formatSahara(c.unsettled)} + pools ${formatSahara(c.pools)}; claimed ${formatSahara(c.claimed)}, ${held}`;
}
