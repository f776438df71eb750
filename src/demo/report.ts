import { drawLineage } from '../assets/index.ts';
import { formatBps, formatSahara } from '../base/amount.ts';
import type { DemoResult } from './run-demo.ts';

/** The outcome as a page to keep: Markdown with the lineage, the purchases and who earned what. */
export function report(result: Omit<DemoResult, 'dir'>): string {
  const { assets, purchases, earnings, conservation: c } = result;
  return `# What happened in this demo

Three assets were published, each signed by its publisher and resting on the one before:

\`\`\`
${drawLineage(result.lineage, formatBps)}
\`\`\`

${rows(
  ['asset', 'kind', 'version', 'owner', 'release'],
  assets.map((a) => [a.name, a.kind, `${a.version}`, a.owner, `\`${a.cid}\``]),
)}

The agent was asked: *${result.question}* It answered: *${result.answer}*

## Who paid

${rows(
  ['buyer', 'asset', 'license', 'SAHARA'],
  purchases.map((p) => [p.buyer, p.asset, `${p.license}`, formatSahara(p.amount)]),
)}

## Who earned

${rows(
  ['account', 'as', 'of', 'SAHARA'],
  [...earnings]
    .sort((a, b) => (a.amount < b.amount ? 1 : -1))
    .map((e) => [e.account, e.role, e.asset, formatSahara(e.amount)]),
)}

Paid in ${formatSahara(c.paidIn)} = fees ${formatSahara(c.fees)} + unsettled ${formatSahara(c.unsettled)} + pools ${formatSahara(c.pools)}.
Claimed ${formatSahara(c.claimed)}. Drift ${formatSahara(c.drift)}.
`;
}

function rows(headings: string[], cells: string[][]): string {
  return [headings, headings.map(() => '---'), ...cells].map((r) => `| ${r.join(' | ')} |`).join('\n');
}
