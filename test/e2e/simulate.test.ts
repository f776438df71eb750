import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { createWorld } from './support.ts';

const world = await createWorld('simulate');

type Result = {
  purchases: { count: number; volume: string };
  conservation: Record<'paidIn' | 'fees' | 'unsettled' | 'pools' | 'claimed' | 'drift', string>;
  onChain: { purchases: number; amounts: number; checkpoints: number } | null;
};

const SCENARIO = `
name: small
seed: 5
days: 3
assets:
  - name: letters
    kind: dataset
    owner: curator
    price: 3
    contributors:
      share: 40%
      of: { labeler: 2, reviewer: 1 }
  - name: reader
    kind: model
    owner: trainer
    price: 1.000000000000000007
    relations:
      - { type: TRAINED_ON, asset: letters, royalty: 7% }
demand:
  - { asset: letters, buyers: [buyer], rate: 1, kind: constant }
`;

describe('sahara simulate', () => {
  beforeAll(async () => {
    await world.startDevnet();
  });

  test('the same seed is the same future, another seed another one; and no devnet is needed', async () => {
    const at = { cwd: world.dir };
    const play = (...args: string[]) => world.envelope(['simulate', 'viral', ...args], at);
    const [a, b, c] = await Promise.all([play(), play(), play('--seed', '99')]);
    expect(a.ok && b.ok && c.ok).toBe(true);
    expect(b.data).toEqual(a.data);
    expect(c.data).not.toEqual(a.data);
    const { conservation: k, onChain } = a.data as Result;
    expect(onChain).toBe(null);
    expect(BigInt(k.paidIn)).toBe(BigInt(k.fees) + BigInt(k.unsettled) + BigInt(k.pools));
    expect(k.drift).toBe('0');
  });

  test('with --on-chain real transactions come to the same, account by account to the wei', async () => {
    const first = await world.json<Result>(['simulate', 'penguins', '--on-chain']);
    expect(first.onChain?.purchases).toBe(first.purchases.count);
    expect(first.onChain?.amounts).toBeGreaterThan(10);
    // A second run on the same chain has accounts and assets of its own.
    const second = await world.json<Result>(['simulate', 'penguins', '--on-chain', '--seed', '11']);
    expect(second.onChain?.purchases).toBe(second.purchases.count);
    const shown = await world.json<{ conservation: { holds: boolean; drift: string } }>(['revenue', 'show']);
    expect(shown.conservation).toMatchObject({ holds: true, drift: '0' });
  });

  test('leaves the protocol fee as it was', async () => {
    await world
      .json(['revenue', 'pay', '1', '1'])
      .then((paid) => expect(paid).toMatchObject({ fee: '25000000000000000' }));
  });

  test('a scenario that is wrong or missing is refused, with the nearest name', async () => {
    await world.refused(['simulate', 'pengiuns'], { code: 'SAH-8503', exit: 3, says: /"penguins"/ });
    writeFileSync(
      join(world.project, 'wrong.yaml'),
      SCENARIO.replace('kind: model', 'kind: modl').replace('days: 3', 'days: -3'),
    );
    const answer = await world.envelope(['simulate', 'wrong.yaml']);
    expect(answer).toMatchObject({ ok: false, exit: 2 });
    expect(answer.error?.message).toMatch(/wrong\.yaml/);
  });
});
