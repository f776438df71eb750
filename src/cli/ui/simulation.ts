import { formatSahara } from '../../base/amount.ts';
import { conservationLine, type Money } from './revenue.ts';
import { bold, safe, table } from './text.ts';

type Result = {
  scenario: { name: string; days: number; seed: number };
  purchases: { count: number; volume: bigint; refused: number };
  conservation: Money;
};
type Earnings = {
  days: number[];
  rows: { account: string; roles: string[]; earned: bigint[]; total: bigint }[];
  omitted: { accounts: number; total: bigint };
};
type Replayed = { purchases: number; amounts: number; checkpoints: number } | null;

/** Four decimals are enough to compare by eye; the JSON has every wei. */
const short = (wei: bigint) => formatSahara((wei / 10n ** 14n) * 10n ** 14n);

/** Who earned what over time, where the money is, and whether a chain agreed. */
export function simulationText(result: Result, { days, rows, omitted }: Earnings, onChain: Replayed): string {
  const { scenario, purchases } = result;
  const most = rows[0]?.total ?? 1n;
  const lines = [
    `${bold(safe(scenario.name))}: ${purchases.count} purchases for ${formatSahara(purchases.volume)} SAHARA in ${scenario.days} days (seed ${scenario.seed})`,
    '',
    table(
      ['account', 'as', ...days.map((d) => `day ${d}>`), ''],
      rows.map((r) => [safe(r.account), r.roles.join(', '), ...r.earned.map(short), bar(r.total, most)]),
    ),
  ];
  if (purchases.refused > 0)
    lines.push(`${purchases.refused} more purchases were refused, as an asset had reached its ceiling`);
  if (omitted.accounts > 0)
    lines.push(`and ${omitted.accounts} more accounts with ${formatSahara(omitted.total)} SAHARA together`);
  lines.push('', conservationLine(result.conservation));
  if (onChain)
    lines.push(
      `✓ on chain: ${onChain.purchases} purchases replayed, ${onChain.amounts} amounts compared at ${onChain.checkpoints} points, equal to the wei`,
    );
  return lines.join('\n');
}

function bar(part: bigint, whole: bigint): string {
  return '▇'.repeat(whole === 0n ? 0 : Number((part * 16n) / whole));
}
