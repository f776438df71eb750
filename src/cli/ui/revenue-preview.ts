import { formatSahara } from '../../base/amount.ts';
import { earningsTable } from './revenue.ts';
import { dim, safe } from './text.ts';

type Preview = {
  asset: string;
  version: number;
  amount: bigint;
  fee: bigint;
  earnings: { account: string; role: string; asset: string; version: number; amount: bigint }[];
  unlisted: bigint;
  waiting: bigint;
  undivided: bigint;
  ceiling: { limit: bigint; paid: bigint } | null;
};

/** Who would earn what of a payment, and where the rest of it would be. */
export function previewText(preview: Preview): string {
  const { asset, version, amount, fee, unlisted, waiting, undivided, ceiling } = preview;
  const rest = [
    `${formatSahara(fee)} protocol fee`,
    ...(unlisted > 0n ? [`${formatSahara(unlisted)} to contributors whose list cannot be read`] : []),
    ...(waiting > 0n ? [`${formatSahara(waiting)} waits for later payments`] : []),
    ...(undivided > 0n ? [`${formatSahara(undivided)} left in pools by rounding`] : []),
  ];
  return [
    `Of ${formatSahara(amount)} SAHARA to ${safe(asset)}@${version}, once all is settled:`,
    '',
    preview.earnings.length > 0 ? earningsTable(preview.earnings) : 'Nobody would earn anything yet.',
    '',
    dim(`besides: ${rest.join(', ')}`),
    ...(ceiling
      ? [dim(`ceiling: ${formatSahara(ceiling.paid)} of ${formatSahara(ceiling.limit)} SAHARA paid so far`)]
      : []),
  ].join('\n');
}
