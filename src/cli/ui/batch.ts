import { oneLine, safe, table } from './text.ts';

type Data = {
  items: {
    line: number;
    id: string | null;
    op: string;
    status: string;
    tx: string | null;
    error: { code: string; message: string } | null;
  }[];
  summary: { done: number; already: number; failed: number; skipped: number; transactions: number };
};

/** What came of a batch: the lines that were not done, and the sums. */
export function batchText({ items, summary }: Data, dryRun: boolean): string {
  const failed = items.filter((item) => item.status === 'failed');
  const { done, already, skipped, transactions } = summary;
  const counts = [
    `${done} ${dryRun ? 'would be done' : 'done'}`,
    ...(already > 0 ? [`${already} already done`] : []),
    ...(failed.length > 0 ? [`${failed.length} ${dryRun ? 'would fail' : 'failed'}`] : []),
    ...(skipped > 0 ? [`${skipped} skipped`] : []),
  ];
  const rows = failed.map(({ line, id, op, error }) => [
    `${line}`,
    safe(id ?? ''),
    op,
    oneLine(`${error?.code} ${error?.message}`),
  ]);
  return [
    ...(rows.length > 0 ? [table(['line>', 'id', 'op', 'error'], rows), ''] : []),
    `${counts.join(', ')}, in ${transactions} transaction${transactions === 1 ? '' : 's'}.`,
  ].join('\n');
}
