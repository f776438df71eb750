import { createBooks } from './model.ts';
import type { Account, ModelEarning, OpenVersion } from './model-types.ts';

/** A version as a preview needs it: with its asset's owner of today. */
export type PreviewVersion = OpenVersion & { owner: Account };

/** Where a payment ends, in wei: amount = fee + all earnings + waiting + undivided. */
export type PaymentPreview = {
  fee: bigint;
  /** The amount less the fee. */
  credited: bigint;
  /** By version, the oldest first, owners before contributors. */
  earnings: Omit<ModelEarning, 'claimed'>[];
  /** What is below a quantum of 10,000 wei somewhere on the way: it goes on together with later payments. */
  waiting: bigint;
  /** What rounding leaves in the pools of contributors: less than one wei for each. */
  undivided: bigint;
};

/**
 * Who would earn what of one payment once everything is settled. Pure: the payment alone in empty books, so that
 * what waits from other payments does not blur it. On the chain the quanta of this payment may be joined by such
 * remainders, which is less than 10,000 wei for each version on the way.
 *
 * @param lineage the version that is paid and all that it rests on, in any order
 * @param payment.version id of the version that is paid
 * @param payment.amount wei
 * @throws REVENUE_AMOUNT_INVALID, REVENUE_CEILING_REACHED when this payment alone is above the ceiling,
 * REVENUE_SPLIT_INVALID and the like for a lineage that the vault would refuse
 */
export function previewPayment(
  lineage: readonly PreviewVersion[],
  payment: { version: number; amount: bigint; feeBps: number },
): PaymentPreview {
  const books = createBooks({ feeBps: payment.feeBps });
  for (const { owner, ...version } of [...lineage].sort((a, b) => a.version - b.version)) {
    if (books.period(version.asset) === 0) books.setOwner(version.asset, owner);
    books.openVersion(version);
  }
  const fee = books.payVersion(payment.version, payment.amount);
  books.settleAll();
  const earnings = books.earnings().map(({ claimed: _, ...earning }) => earning);
  const { unsettled, pooled } = books.totals();
  return {
    fee,
    credited: payment.amount - fee,
    earnings,
    waiting: unsettled,
    undivided: pooled - earnings.reduce((sum, { earned }) => sum + earned, 0n),
  };
}
