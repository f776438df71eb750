import { formatBps } from '../../base/amount.ts';
import { describeTerms, type UseCheck } from '../../licensing/index.ts';
import { bold, oneLine, table } from './text.ts';

/** The answer to `license check` in words. */
export function useCheckText(check: UseCheck): string {
  const { allowed, account, question, assets, problems, royaltyBps, offer } = check;
  const head = `${bold(allowed ? 'Yes.' : 'No.')} ${account} may ${allowed ? '' : 'not '}${question}.`;
  const rows = assets.map((a) => [
    a.allowed ? 'yes' : 'no',
    a.asset,
    a.relation,
    groundText(a),
    formatBps(a.royaltyBps),
  ]);
  const parts = [head, table(['', 'asset', 'as', 'rests on', 'royalty>'], rows)];
  for (const { parent, clause, says, fix } of problems)
    parts.push(oneLine(`${parent}, ${clause}: ${says}.`) + `\n  ${oneLine(`To mend it: ${fix}.`)}`);
  if (allowed && offer) {
    parts.push(
      `The result owes ${formatBps(royaltyBps)} and can be offered under terms such as: ${oneLine(describeTerms(offer))}`,
    );
  }
  return parts.join('\n\n');
}

function groundText({ terms, license, own }: UseCheck['assets'][number]): string {
  if (license !== null) return `license ${license} (terms ${terms})`;
  if (terms !== null) return `${own ? 'own' : 'free'} terms ${terms}`;
  return own ? 'own asset' : 'nothing';
}
