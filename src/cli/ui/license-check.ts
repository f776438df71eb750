import { formatBps } from '../../base/amount.ts';
import { bold, oneLine, table } from './text.ts';

type Check = {
  allowed: boolean;
  account: string;
  question: string;
  assets: readonly {
    asset: string;
    relation: string;
    terms: number | null;
    license: bigint | null;
    own: boolean;
    royaltyBps: number;
    allowed: boolean;
  }[];
  problems: readonly { parent: string; clause: string; says: string; fix: string }[];
  royaltyBps: number;
};

/** The answer to `license check` in words. `offer` describes terms that the result can be offered under. */
export function useCheckText(check: Check, offer: string | null): string {
  const { allowed, account, question, assets, problems, royaltyBps } = check;
  const head = `${bold(allowed ? 'Yes.' : 'No.')} ${oneLine(`${account} may ${allowed ? '' : 'not '}${question}.`)}`;
  const rows = assets.map((a) => [
    a.allowed ? 'yes' : 'no',
    a.asset,
    a.relation,
    groundText(a),
    formatBps(a.royaltyBps),
  ]);
  const parts = [head, table(['', 'asset', 'as', 'rests on', 'royalty>'], rows)];
  for (const { parent, clause, says, fix } of problems)
    parts.push(`${oneLine(`${parent}, ${clause}: ${says}.`)}\n  ${oneLine(`To mend it: ${fix}.`)}`);
  if (allowed && offer !== null)
    parts.push(
      oneLine(`The result owes ${formatBps(royaltyBps)} and can be offered under terms such as: ${offer}`),
    );
  return parts.join('\n\n');
}

function groundText({ terms, license, own }: Check['assets'][number]): string {
  if (license !== null) return `license ${license} (terms ${terms})`;
  if (terms !== null) return `${own ? 'own' : 'free'} terms ${terms}`;
  return own ? 'own asset' : 'nothing';
}
