import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { ROOT } from './support.ts';

/**
 * Who must earn what in a demo, worked out from the templates' terms and the purchases alone: exact fractions,
 * none of the toolkit's code, and another order of work than the vault's (from the top of the lineage down,
 * with whole amounts, never hop by hop in quanta).
 */

/** An exact fraction; only what this calculation needs. */
type Fraction = { n: bigint; d: bigint };
const gcd = (a: bigint, b: bigint): bigint => (b === 0n ? a : gcd(b, a % b));
const fraction = (n: bigint, d = 1n): Fraction => {
  const g = gcd(n < 0n ? -n : n, d) || 1n;
  return { n: n / g, d: d / g };
};
const plus = (a: Fraction, b: Fraction) => fraction(a.n * b.d + b.n * a.d, a.d * b.d);
const times = (a: Fraction, b: Fraction) => fraction(a.n * b.n, a.d * b.d);
const minus = (a: Fraction, b: Fraction) => plus(a, { n: -b.n, d: b.d });
const floor = ({ n, d }: Fraction) => n / d;
const zero = fraction(0n);
const one = fraction(1n);

/** "12.5%" */
const rate = (text: unknown): Fraction =>
  fraction(BigInt(Math.round(Number.parseFloat(String(text ?? '0')) * 100)), 10_000n);

type Template = {
  terms: { rights: string[]; royalty?: string; price?: number }[];
  relations?: { type: string }[];
  contributors?: { share: string; file: string };
};

function template(kind: string): Template {
  const text = readFileSync(join(ROOT, 'templates', kind, 'sahara.yaml'), 'utf8').replace(
    /\{\{(\w+)\}\}/g,
    'x',
  );
  return parse(text) as Template;
}

/** What free terms ask of somebody who makes use of the right. */
function freeRoyalty(terms: Template['terms'], right: string): Fraction {
  const offers = terms
    .filter((t) => (t.price ?? 0) === 0 && t.rights.includes(right))
    .map((t) => rate(t.royalty));
  const [first, ...others] = offers;
  if (!first || others.length > 0)
    throw new Error(`the story takes for granted exactly one free offer of ${right}`);
  return first;
}

export type Expected = {
  earnings: { account: string; role: string; asset: string; amount: bigint }[];
  paidIn: bigint;
  fees: bigint;
  pools: bigint;
  unsettled: bigint;
};

const FEE = fraction(250n, 10_000n);

/** @param purchases what was paid for which of the three, in wei */
export function expectedOf(purchases: { asset: string; amount: bigint }[]): Expected {
  const [dataset, model] = [template('dataset'), template('model')];
  const toModel = freeRoyalty(model.terms, 'AGENT_USE');
  const toDataset = freeRoyalty(dataset.terms, 'TRAIN');

  // Fees are taken payment by payment, rounded down; what is left is credited.
  const paid = (name: string) =>
    purchases
      .filter((p) => p.asset === name)
      .reduce((sum, p) => sum + p.amount - floor(times(fraction(p.amount), FEE)), 0n);
  const direct = {
    dataset: paid('penguins'),
    model: paid('penguin-classifier'),
    agent: paid('penguin-guide'),
  };

  const agentStays = times(minus(one, toModel), fraction(direct.agent));
  const modelInflow = plus(fraction(direct.model), times(toModel, fraction(direct.agent)));
  const modelStays = times(minus(one, toDataset), modelInflow);
  const datasetInflow = plus(fraction(direct.dataset), times(toDataset, modelInflow));

  const share = rate(dataset.contributors?.share);
  const pool = times(share, datasetInflow);
  const rows = readFileSync(join(ROOT, 'templates/dataset', dataset.contributors?.file ?? ''), 'utf8')
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => line.split(','))
    .map(([account = '', weight = '0']) => ({ account, weight: BigInt(weight) }));
  const weights = rows.reduce((sum, r) => sum + r.weight, 0n);
  const earnings = [
    { account: 'curator', role: 'owner', asset: 'penguins', amount: minus(datasetInflow, pool) },
    ...rows.map((r) => ({
      account: r.account,
      role: 'contributor',
      asset: 'penguins',
      amount: times(pool, fraction(r.weight, weights)),
    })),
    { account: 'trainer', role: 'owner', asset: 'penguin-classifier', amount: modelStays },
    { account: 'operator', role: 'owner', asset: 'penguin-guide', amount: agentStays },
  ];
  const whole = earnings.reduce((sum, e) => plus(sum, e.amount), zero);
  const paidIn = purchases.reduce((sum, p) => sum + p.amount, 0n);
  const credited = direct.dataset + direct.model + direct.agent;
  if (whole.d !== 1n || whole.n !== credited) throw new Error('this calculation loses money itself');
  return {
    earnings: earnings.map((e) => {
      if (e.amount.d !== 1n)
        throw new Error(
          `${e.account} would earn a part of a wei: the templates' prices have changed, extend this`,
        );
      return { ...e, amount: e.amount.n };
    }),
    paidIn,
    fees: paidIn - credited,
    pools: credited,
    unsettled: 0n,
  };
}

/** Prices of the templates in wei, by asset and terms text. */
export function priceOf(kind: string, index: number): bigint {
  return BigInt(template(kind).terms[index]?.price ?? 0) * 10n ** 18n;
}
