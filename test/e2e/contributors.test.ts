import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Address, Hex } from 'viem';
import { simulateContract } from 'viem/actions';
import { beforeAll, describe, expect, test } from 'vitest';
import { CONTRACTS, read } from '../../src/chain/index.ts';
import type { Context, SigningContext } from '../../src/context/index.ts';
import { claim, type MerkleSumProof, pay, settle } from '../../src/revenue/index.ts';
import { as, openScripted, smallDataset } from './scripted.ts';
import { createWorld } from './support.ts';

const SAHARA = 10n ** 18n;
const COUNT = 20_000;
/** Who has rows at the beginning, in the middle and at the end of the large list, and one of the small list. */
const WORKER: Address = '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed';
const WORKERS_ROWS = [0, 7_777, COUNT - 1];

const world = await createWorld('contributors');
let context: Context;
let buyer: SigningContext;

beforeAll(async () => {
  await world.startDevnet();
  context = await openScripted(world);
  buyer = await as(context, 'buyer');
  const account = (row: number) =>
    WORKERS_ROWS.includes(row) ? WORKER : `0xbeef${row.toString(16).padStart(36, '0')}`;
  const rows = Array.from({ length: COUNT }, (_, i) => `${account(i)},${(i % 50) + 1},"row ${i}, noted"\r\n`);
  const share = 'contributors: {share: 40%, file: people.csv}\n';
  smallDataset(world, 'crowd', {}, share);
  world.write('crowd/people.csv', `\ufeffAccount,Weight,Note\r\n${rows.join('')}`);
  smallDataset(world, 'couple', {}, share);
  world.write('couple/people.csv', `labeler,1\n${WORKER},3\n`);
  for (const name of ['crowd', 'couple']) await world.json(['publish', name]);
});

type Proofs = {
  versionId: string;
  root: Hex;
  proofs: (Omit<MerkleSumProof, 'weight'> & { weight: string })[];
};

/** What the vault says to a proof, without anything being sent. */
async function tryProof(versionId: string, proof: Proofs['proofs'][number]): Promise<unknown> {
  const { index, account, weight, siblings, siblingSums } = proof;
  const { address, abi } = CONTRACTS.RevenueVault;
  return simulateContract(context.chain.client, {
    address,
    abi,
    functionName: 'claimContribution',
    args: [BigInt(versionId), index, account, BigInt(weight), siblings, siblingSums.map(BigInt)],
    account: buyer.signer.account.address,
  });
}

describe('a list of 20,000', () => {
  test('is built into what publishing registered, and written in its published form', async () => {
    const args = ['contributors', 'build', 'crowd/people.csv', '--out', 'published.csv'];
    const built = await world.json<{ root: Hex; totalWeight: string; count: number; depth: number }>(args);
    const checked = await world.json<Record<string, unknown>>(['contributors', 'check', 'crowd']);
    expect(checked).toMatchObject({
      root: built.root,
      totalWeight: String((COUNT / 50) * 1_275),
      count: COUNT,
      depth: 15,
      shareBps: 4_000,
      accounts: COUNT - 2,
    });
    expect(checked['shares']).toHaveLength(20);
    const [header, first, ...others] = readFileSync(join(world.dir, 'project/published.csv'), 'utf8').split(
      '\n',
    );
    expect([header, first, others.length]).toEqual(['account,weight', `${WORKER.toLowerCase()},1`, COUNT]);
    // The published form is built into the same tree, and stays as it is.
    const again = await world.json(['contributors', 'build', 'published.csv', '--out', 'again.csv']);
    expect(again).toMatchObject({ root: built.root });
    await world.refused(['contributors', 'build', 'published.csv', '--out', 'published.csv'], {
      code: 'SAH-0002',
      exit: 2,
    });
  });

  test('says of one account what it has', async () => {
    const { shares } = await world.json<{ shares: unknown }>([
      'contributors',
      'check',
      'crowd',
      '--account',
      WORKER,
    ]);
    const weight = WORKERS_ROWS.reduce((sum, row) => sum + (row % 50) + 1, 0);
    const ppm = Math.floor((weight * 1e6) / ((COUNT / 50) * 1_275));
    expect(shares).toEqual([{ account: WORKER, rows: 3, weight: String(weight), ppm }]);
  });

  test('gives proofs that the vault takes, and takes no other', async () => {
    await pay(buyer, 'crowd', SAHARA);
    await settle(buyer, 'crowd');
    const { versionId, proofs } = await world.json<Proofs>(['contributors', 'prove', 'crowd', WORKER]);
    const fromFile = ['contributors', 'prove', 'crowd', WORKER, '--file', 'crowd/people.csv'];
    expect((await world.json<Proofs>(fromFile)).proofs).toEqual(proofs);
    expect(proofs.map((p) => p.index)).toEqual(WORKERS_ROWS);
    const byIndex = await world.json<Proofs>(['contributors', 'prove', 'crowd', String(COUNT - 1)]);
    expect(byIndex.proofs).toEqual(proofs.slice(2));
    for (const proof of proofs) {
      await tryProof(versionId, proof);
      const sums = proof.siblingSums.map(BigInt);
      const flipped =
        `${proof.siblings[3]?.slice(0, -1)}${proof.siblings[3]?.endsWith('0') ? '1' : '0'}` as Hex;
      const wrong: Partial<Proofs['proofs'][number]>[] = [
        { index: proof.index ^ 1 },
        { weight: String(BigInt(proof.weight) + 1n) },
        { account: buyer.signer.account.address },
        { siblings: proof.siblings.with(3, flipped) },
        { siblings: proof.siblings.slice(1), siblingSums: sums.slice(1) },
        { siblingSums: sums.with(14, (sums[14] ?? 0n) + 1n) },
        // The total stays as it is registered, and who is paid does not.
        { weight: String(BigInt(proof.weight) + 1n), siblingSums: sums.with(14, (sums[14] ?? 0n) - 1n) },
      ];
      for (const change of wrong)
        await expect(tryProof(versionId, { ...proof, ...change })).rejects.toThrow(/reverted/);
    }
    const couple = await world.json<Proofs>(['contributors', 'prove', 'couple', WORKER]);
    await expect(tryProof(couple.versionId, proofs[0] ?? expect.unreachable())).rejects.toThrow(/reverted/);
    await world.refused(['contributors', 'prove', 'crowd', String(COUNT)], { code: 'SAH-8006', exit: 3 });
  });
});

describe('claiming', () => {
  test('finds all rows of an account over all assets by the account alone', async () => {
    await pay(buyer, 'couple', SAHARA);
    await settle(buyer);
    const held = () => read(context.chain, 'WSAHARA', 'balanceOf', [WORKER]);
    const before = await held();
    const claims = await claim(buyer, WORKER);
    expect(claims.map((c) => c.asset)).toEqual(['crowd', 'crowd', 'crowd', 'couple']);
    expect((await held()) - before).toBe(claims.reduce((sum, c) => sum + c.amount, 0n));
    expect(claims[3]?.amount).toBe((((SAHARA * 975n) / 1_000n) * 4n * 3n) / (10n * 4n));
    expect(await claim(buyer, WORKER)).toEqual([]);
    // The second time the vault knows the contributions: no proofs, and nothing but the account either.
    await pay(buyer, 'crowd', SAHARA);
    await settle(buyer, 'crowd');
    expect(await claim(buyer, WORKER)).toHaveLength(3);
  });
});
