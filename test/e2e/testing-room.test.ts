import { mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { showAsset } from '../../src/assets/index.ts';
import { startDevnet, type TestDevnet, withDevnet } from '../../src/testing/index.ts';
import { smallDataset } from './scripted.ts';
import { runAsWritten } from './shell.ts';
import { createWorld, ROOT } from './support.ts';

const world = await createWorld('testing');

describe('sahara-devkit/testing in Vitest', () => {
  let devnet: TestDevnet;

  beforeAll(async () => {
    smallDataset(world, 'letters');
    devnet = await startDevnet({ project: world.project });
  });
  afterAll(() => devnet?.stop());

  test('clients are ready to use, and commands, rooms and viem see one chain', async () => {
    const published = await devnet.run<{ version: { ref: string } }>(['publish', 'letters']);
    expect(published.version.ref).toBe('curator/letters@1');
    const context = await devnet.context('buyer');
    expect(await showAsset(context, 'letters')).toMatchObject({ name: 'letters' });
    const buyer = await devnet.walletClient('buyer');
    const { newcomer = '0x' } = devnet.accounts;
    const hash = await buyer.sendTransaction({ to: newcomer, value: 5n });
    await devnet.publicClient.waitForTransactionReceipt({ hash });
    expect(await devnet.publicClient.getBalance({ address: newcomer })).toBe(10_000n * 10n ** 18n + 5n);
    await expect(devnet.run(['asset', 'show', 'nothing'])).rejects.toMatchObject({
      code: 'SAH-6002',
      exitCode: 3,
      error: { kind: 'not-found' },
    });
  });

  test('a snapshot brings back the chain and its clock, often, and says when it is void', async () => {
    const { publicClient, testClient, accounts } = devnet;
    const { dao = '0x' } = accounts;
    const first = await devnet.snapshot();
    const before = {
      block: await publicClient.getBlock(),
      balance: await publicClient.getBalance({ address: dao }),
    };
    const later = await devnet.snapshot();
    for (const _ of [1, 2]) {
      await testClient.setBalance({ address: dao, value: 1n });
      await testClient.increaseTime({ seconds: 30 * 86_400 });
      await testClient.mine({ blocks: 3 });
      await devnet.restore(first);
      expect(await publicClient.getBlock()).toEqual(before.block);
      expect(await publicClient.getBalance({ address: dao })).toBe(before.balance);
    }
    await testClient.mine({ blocks: 1 });
    const { timestamp } = await publicClient.getBlock();
    expect(timestamp - before.block.timestamp).toBeLessThan(3600n);
    await expect(devnet.restore(later)).rejects.toThrow(/void/);
    await expect(devnet.restore({ takenAt: 'never' })).rejects.toThrow(/not taken of this devnet/);
  });

  test('nothing is left in the project but what commands were asked to make', () => {
    expect(readdirSync(world.project).sort()).toEqual(['.sahara', 'letters']);
    expect(readdirSync(join(world.project, '.sahara'))).toEqual([]);
  });

  test('withDevnet gives back what its function does, and ends when it throws', async () => {
    const seen: TestDevnet[] = [];
    const failing = withDevnet((other) => {
      seen.push(other);
      throw new Error('a test that fails');
    });
    await expect(failing).rejects.toThrow('a test that fails');
    expect(seen[0]?.rpcUrl).not.toBe(devnet.rpcUrl);
    await expect(fetch(seen[0]?.rpcUrl ?? '', { method: 'POST' })).rejects.toThrow();
  });
});

describe('sahara init --with tests', () => {
  test('gives tests that pass with node --test in a project that has the package', async () => {
    const cwd = join(world.dir, 'mine');
    const made = await world.json<{ files: { path: string; action: string }[] }>(
      ['init', cwd, '--with', 'tests', '--yes'],
      { cwd: world.dir },
    );
    expect(made.files.filter((f) => f.path.startsWith('tests/'))).toEqual([
      { path: 'tests/README.md', action: 'made' },
      { path: 'tests/economy.test.mjs', action: 'made' },
    ]);
    expect(await world.json(['init', '--with', 'tests', '--yes'], { cwd })).toMatchObject({ changed: false });
    mkdirSync(join(cwd, 'node_modules'));
    symlinkSync(ROOT, join(cwd, 'node_modules/sahara-devkit'));
    const ran = await runAsWritten(world, 'node --test tests/economy.test.mjs', { cwd });
    expect(ran, ran.stdout).toMatchObject({ code: 0, stderr: '' });
    expect(ran.stdout).toMatch(/pass 3\n/);
  });
});
