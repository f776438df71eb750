import { getAddress } from 'viem';
import { SaharaError } from '../base/errors.ts';
import type { Context } from '../context/index.ts';
import type { Earning } from './earnings.ts';
import { previewPayment } from './preview.ts';
import { readLabels, readLineage, UNLISTED } from './preview-lineage.ts';

/** Where a payment would end. Wei; amount = fee + all earnings + unlisted + waiting + undivided. */
export type RevenuePreview = {
  /** The asset that would be paid, and the number of the version that the payment would credit. */
  asset: string;
  version: number;
  amount: bigint;
  /** The protocol's, at today's rate. */
  fee: bigint;
  credited: bigint;
  /** What each account would earn, as owner or as contributor, the oldest version first. */
  earnings: Earning[];
  /** What contributors would earn whose published list cannot be read. */
  unlisted: bigint;
  /** What is below a quantum of 10,000 wei somewhere on the way, and goes on together with later payments. */
  waiting: bigint;
  /** What rounding leaves in the pools of contributors: less than one wei for each. */
  undivided: bigint;
  /** How many versions the money can reach. */
  versions: number;
  /** Null when the version rests on no terms that limit what may be paid for it. */
  ceiling: PreviewCeiling | null;
};

/** Wei, net of fees. */
export type PreviewCeiling = {
  /** The most that may ever be paid for the version, in wei. */
  limit: bigint;
  /** What was paid for it so far, in wei. */
  paid: bigint;
};

/**
 * Who would earn what of a payment to an asset, once everything is settled: its lineage as it is on the chain now,
 * and the arithmetic of the model. Sends nothing.
 *
 * @param amount wei
 * @throws AMOUNT_INVALID, ASSET_UNKNOWN, VERSION_UNKNOWN, REVENUE_CEILING_REACHED, REVENUE_AMOUNT_INVALID
 */
export async function preview(context: Context, ref: string, amount: bigint): Promise<RevenuePreview> {
  if (amount <= 0n) throw new SaharaError('AMOUNT_INVALID', { text: amount.toString() });
  const { asset, versionId, lineage, feeBps, ceiling } = await readLineage(context, ref);
  const paid = Number(versionId);
  const { earnings, ...rest } = previewPayment(lineage, { version: paid, amount, feeBps });
  if (ceiling && ceiling.paid + rest.credited > ceiling.limit)
    throw new SaharaError('REVENUE_CEILING_REACHED', {
      version: paid,
      ceiling: `${ceiling.limit}`,
      wouldBe: `${ceiling.paid + rest.credited}`,
    });
  const labels = await readLabels(context.chain, [paid, ...earnings.map((e) => e.version)]);
  const listed = earnings.filter((e) => e.account !== UNLISTED);
  return {
    asset,
    version: labels.get(paid)?.version ?? 0,
    amount,
    ...rest,
    earnings: listed.map(({ account, role, version, earned }) => ({
      account: getAddress(account),
      role,
      ...(labels.get(version) ?? { asset: '', version: 0 }),
      amount: earned,
    })),
    unlisted: earnings.reduce((sum, e) => (e.account === UNLISTED ? sum + e.earned : sum), 0n),
    versions: lineage.length,
    ceiling,
  };
}
