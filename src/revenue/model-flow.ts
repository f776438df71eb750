import { SaharaError } from '../base/errors.ts';
import { BPS, MAX_PAID_IN, QUANTUM } from './model-limits.ts';
import { isSplit, type Node, unsettledUnits } from './model-node.ts';
import type { Period, Settlement } from './model-types.ts';

/**
 * Credits a payment to one version: flat, whatever is upstream.
 *
 * @param paidIn ever paid in before
 * @returns the fee, which is not credited
 * @throws REVENUE_AMOUNT_INVALID, REVENUE_CEILING_REACHED
 */
export function credit(to: Node, amount: bigint, feeBps: bigint, paidIn: bigint): bigint {
  if (amount <= 0n) throw refusedAmount(amount, 'it is not above zero');
  if (paidIn + amount > MAX_PAID_IN) throw refusedAmount(amount, 'the books would overflow');
  const fee = (amount * feeBps) / BPS;
  const direct = to.direct + amount - fee;
  if (to.ceiling > 0n && direct > to.ceiling)
    throw new SaharaError('REVENUE_CEILING_REACHED', {
      version: to.version,
      ceiling: `${to.ceiling}`,
      wouldBe: `${direct}`,
    });
  to.sales.inflow += amount - fee;
  to.direct = direct;
  return fee;
}

/**
 * Moves a version's whole quanta one hop. Each basis point of a quantum is one wei, so that nothing is ever
 * rounded here, and the order and moment of settlements make no difference in the end.
 *
 * @returns null when there is not one quantum to move
 */
export function settleNode(from: Node, period: Period): Settlement | null {
  const units = unsettledUnits(from.royalties);
  const directUnits = isSplit(from) ? unsettledUnits(from.sales) : 0n;
  if (units + directUnits === 0n) return null;
  const moved = [
    ...from.parents.map(({ node, bps }) => ({ node, amount: (units + directUnits) * bps })),
    ...(directUnits > 0n
      ? from.obligations.map(({ node, bps }) => ({ node, amount: directUnits * bps }))
      : []),
  ];
  for (const { node, amount } of moved) node.royalties.inflow += amount;
  from.royalties.settledUnits += units;
  if (isSplit(from)) from.sales.settledUnits += directUnits;
  const booked = from.periods.get(period);
  if (booked) {
    booked.units += units;
    booked.directUnits += directUnits;
  } else from.periods.set(period, { units, directUnits, claimed: 0n });
  return {
    version: from.version,
    period,
    units,
    directUnits,
    moved: moved.map(({ node, amount }) => ({ parent: node.version, amount })),
  };
}

/** Wei of so many quanta that stay with the version: its owner's and its contributors'. */
export function staysOf(
  from: Node,
  { units, directUnits }: Pick<Settlement, 'units' | 'directUnits'>,
): bigint {
  const stays = QUANTUM - from.parentsBps;
  return units * stays + directUnits * (stays - from.absoluteBps);
}

function refusedAmount(amount: bigint, reason: string): SaharaError {
  return new SaharaError('REVENUE_AMOUNT_INVALID', { amount: `${amount}`, reason });
}
