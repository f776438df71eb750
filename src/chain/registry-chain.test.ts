import { fileURLToPath } from 'node:url';
import { zeroHash } from 'viem';
import { mnemonicToAccount } from 'viem/accounts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startAnvil, type ThrowawayAnvil } from '../../devnet/genesis/throwaway-anvil.ts';
import type { Hex } from '../base/hex.ts';
import { type Chain, openChain } from './client.ts';
import { dryRunChain } from './dry-run.ts';
import { readTime } from './published.ts';
import { firstWithContent, readAsset, readRelations, readStoredVersion, readVersion } from './registry.ts';
import { type Signer, transact } from './transact.ts';

const GENESIS = fileURLToPath(new URL('../../devnet/genesis/genesis.json', import.meta.url));
const MNEMONIC = 'test test test test test test test test test test test junk';
const curator: Signer = {
  name: 'curator',
  account: mnemonicToAccount(MNEMONIC, { addressIndex: 1 }),
};
const trainer: Signer = {
  name: 'trainer',
  account: mnemonicToAccount(MNEMONIC, { addressIndex: 2 }),
};

let anvil: ThrowawayAnvil;
let chain: Chain;
beforeAll(async () => {
  anvil = await startAnvil(['--init', GENESIS, '--hardfork', 'osaka']);
  chain = await openChain({ rpcUrl: anvil.url, chainId: 31337, instanceId: null });
});
afterAll(() => anvil[Symbol.asyncDispose]());

const digest = (n: number): Hex => `0x${n.toString(16).padStart(64, '0')}`;

/** A version whose digests are made from one number; content can be shared. */
function version(n: number, parents: bigint[] = [], content = n) {
  return {
    releaseRoot: digest(n + 1_000),
    contentRoot: digest(content + 2_000),
    publication: digest(n + 3_000),
    keyFingerprint: zeroHash,
    relations: parents.map((parentVersion, i) => ({
      parentVersion,
      relation: i + 1,
      termsId: 0,
      licenseId: 0n,
    })),
    contributorsBps: 0,
    contributorCount: 0,
    contributorWeight: 0n,
    contributorsRoot: zeroHash,
  };
}

const register = (by: Signer, on: Chain, name: string, input: ReturnType<typeof version>) =>
  transact(on, by, { contract: 'AssetRegistry', call: 'register', args: [1, name, input] });

describe('what the registry stores and what its events say', () => {
  it('is read together, however many blocks came later', async () => {
    await register(curator, chain, 'first', version(1));
    await register(curator, chain, 'second', version(2, [1n, 1n]));
    const made = (await transact(chain, curator, {
      contract: 'AssetRegistry',
      call: 'publishVersion',
      args: [1n, 2, version(3, [1n, 2n], 1)],
    })) as { blockNumber: bigint };
    await chain.rpc({ method: 'anvil_mine', params: ['0x12c', '0x7'] });

    expect(await readVersion(chain, 3n)).toEqual({
      id: 3n,
      assetId: 1n,
      number: 2,
      block: made.blockNumber,
      createdAt: await readTime(chain, made.blockNumber),
      publisher: curator.account.address,
      releaseRoot: digest(1_003),
      contentRoot: digest(2_001),
      publication: digest(3_003),
      keyFingerprint: zeroHash,
    });
    const { createdBlock, versionCount, currentVersion } = await readAsset(chain, 1n);
    expect([createdBlock, versionCount, currentVersion]).toEqual([made.blockNumber - 2n, 2, 3n]);
    expect(await readStoredVersion(chain, 1n)).toMatchObject({ number: 1, block: createdBlock });
    const related = { royaltyBps: 0, isAbsolute: false, termsId: 0, licenseId: 0n };
    expect(await readRelations(chain, 3n)).toEqual([
      { parentVersion: 1n, relation: 1, ...related },
      { parentVersion: 2n, relation: 2, ...related },
    ]);
    expect(await readRelations(chain, 1n)).toEqual([]);
  });

  it('knows which version had a content first', async () => {
    const { block, contentRoot } = await readVersion(chain, 3n);
    expect(await firstWithContent(chain, contentRoot, block)).toBe(1n);
    expect(await firstWithContent(chain, digest(2_002), block)).toBe(2n);
    expect(await firstWithContent(chain, digest(2_009), block)).toBeUndefined();
  });

  it('names who published a version, also after the asset has changed hands', async () => {
    await transact(chain, curator, {
      contract: 'AssetRegistry',
      call: 'transferFrom',
      args: [curator.account.address, trainer.account.address, 2n],
    });
    await transact(chain, trainer, {
      contract: 'AssetRegistry',
      call: 'publishVersion',
      args: [2n, 2, version(4)],
    });
    expect(await readAsset(chain, 2n)).toMatchObject({
      owner: trainer.account.address,
      publisher: curator.account.address,
      name: 'second',
    });
    expect((await readVersion(chain, 2n)).publisher).toBe(curator.account.address);
    expect((await readVersion(chain, 4n)).publisher).toBe(trainer.account.address);
  });

  it('can be read in a dry run, of what it would publish too, and of nothing else', async () => {
    const dry = dryRunChain(chain);
    await register(curator, dry, 'pretended', version(5, [1n]));
    const fork = dry.dryRun.fork();
    for (const seen of [dry, fork]) {
      expect(await readVersion(seen, 5n)).toMatchObject({ assetId: 3n, contentRoot: digest(2_005) });
      expect((await readVersion(seen, 5n)).createdAt).toBeGreaterThan(0);
      expect(await readRelations(seen, 5n)).toMatchObject([{ parentVersion: 1n }]);
      expect((await readVersion(seen, 1n)).contentRoot).toBe(digest(2_001));
    }
    await register(curator, fork, 'only-there', version(6));
    expect(await firstWithContent(fork, digest(2_006), 1_000n)).toBe(6n);
    expect(await firstWithContent(dry, digest(2_006), 1_000n)).toBeUndefined();
    await expect(readVersion(chain, 5n)).rejects.toThrow(/VersionUnknown/);
  });
});
