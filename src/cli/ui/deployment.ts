import { formatSahara } from '../../base/amount.ts';
import type { Address, Hex } from '../../base/hex.ts';
import { table } from './table.ts';

type Row = { contract: string; address: Address; state: string; tx: Hex | null; gas: bigint };
type Told = { contracts: Row[]; gas: bigint; cost: bigint; isAdmin: boolean | null };

/** The table of addresses, with what was done and what it cost. */
export function deploymentText(name: string, data: Told, coin: string, dryRun: boolean): string {
  const count = data.contracts.filter((c) => c.state !== 'there').length;
  const cost = `${data.gas} gas, ${dryRun ? 'about ' : ''}${formatSahara(data.cost)} ${coin}`;
  const done = dryRun
    ? `Would deploy ${count} contracts on ${name}: ${cost}.`
    : `Deployed ${count} contracts on ${name}: ${cost}.`;
  return [
    table(
      ['contract', 'address', 'state', 'gas'],
      data.contracts.map((c) => [c.contract, c.address, c.state, c.gas === 0n ? '-' : String(c.gas)]),
    ),
    '',
    count === 0 ? `The protocol is on ${name}, code for code; nothing was to be done.` : done,
    ...(data.isAdmin === false ? ['Another account administers it.'] : []),
  ].join('\n');
}
