// Tests against a devnet of their own: it is started here, on free ports, and leaves nothing behind.
import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { CONTRACTS, startDevnet } from 'sahara-devkit/testing';

/** @type {import('sahara-devkit/testing').TestDevnet} */
let devnet;
/** @type {import('sahara-devkit/testing').Snapshot} */
let published;

before(async () => {
  devnet = await startDevnet();
  // In a project of the devnet's own; startDevnet({ project: '.' }) takes yours.
  await devnet.run(['new', 'dataset', 'penguins']);
  await devnet.run(['publish', 'penguins']);
  published = await devnet.snapshot();
});

// Whatever a test buys or pays, the next one begins with the same chain.
beforeEach(() => devnet.restore(published));
after(() => devnet?.stop());

/** What the vault holds, read with viem: wei of WSAHARA. */
const held = () =>
  devnet.publicClient.readContract({
    ...CONTRACTS.WSAHARA,
    functionName: 'balanceOf',
    args: [CONTRACTS.RevenueVault.address],
  });

test('a licence costs what the terms say', async () => {
  const bought = await devnet.run(['market', 'buy', 'penguins', '--account', 'buyer']);
  assert.equal(bought.amount, '25000000000000000000');
  assert.equal(await held(), 25_000_000_000_000_000_000n);
});

test('nothing was sold yet', async () => {
  assert.equal(await held(), 0n);
  const { licenses } = await devnet.run(['license', 'list', '--account', 'buyer']);
  assert.deepEqual(licenses, []);
});

test('only the owner can change the terms', async () => {
  const offer = ['license', 'set', 'penguins', '--preset', 'open-use'];
  await assert.rejects(devnet.run([...offer, '--account', 'buyer']), { exitCode: 4 });
  await devnet.run([...offer, '--account', 'curator']);
});
