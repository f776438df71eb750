import { fileURLToPath } from 'node:url';
import { zeroHash } from 'viem';
import { mnemonicToAccount } from 'viem/accounts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startAnvil, type ThrowawayAnvil } from '../../devnet/genesis/throwaway-anvil.ts';
import type { Hex } from '../base/hex.ts';
import { type AssetRecord, openChain, readAsset, readVersion, transact } from '../chain/index.ts';
import { buildDag, type Dag, type DagFile } from '../content/index.ts';
import type { SigningContext } from '../context/index.ts';
import type { Publication } from './publication.ts';
import { publishedAs, register } from './register.ts';

const GENESIS = fileURLToPath(new URL('../../devnet/genesis/genesis.json', import.meta.url));
const MNEMONIC = 'test test test test test test test test test test test junk';

let anvil: ThrowawayAnvil;
let curator: SigningContext;
let trainer: SigningContext;
let dag: Dag<DagFile>;
beforeAll(async () => {
  anvil = await startAnvil(['--init', GENESIS, '--hardfork', 'osaka']);
  const chain = await openChain({ rpcUrl: anvil.url, chainId: 31337, instanceId: null });
  const as = (addressIndex: number) =>
    ({
      chain,
      signer: { name: null, account: mnemonicToAccount(MNEMONIC, { addressIndex }) },
    }) as unknown as SigningContext;
  [curator, trainer] = [as(1), as(2)];
  dag = await buildDag([{ path: 'README.md', bytes: Buffer.from('a dataset') }]);
});
afterAll(() => anvil[Symbol.asyncDispose]());

const key = (n: number): Hex => `0x${n.toString(16).padStart(64, '0')}`;

/** What one process has worked out; another one may have been faster since. */
function publication(name: string, n: number, existing?: AssetRecord): Publication {
  const manifest = { kind: 'dataset', name } as Publication['manifest'];
  return {
    manifest,
    key: key(n),
    existing,
    parents: [],
    links: [],
    contributors: null,
    content: dag,
    hidden: [],
  };
}
const run = (by: SigningContext, what: Publication) => register(by, what, dag, zeroHash);
const ofName = async (by: SigningContext, what: Publication) =>
  readAsset(by.chain, (await readVersion(by.chain, await publishedAs(by, what))).assetId);

describe('a publication that another process has made in the meantime', () => {
  it('is found, and not registered again: the first version, and a later one', async () => {
    const first = publication('same', 1);
    expect(await publishedAs(curator, first)).toBe(0n);
    const made = await run(curator, first);
    expect(made.tx).toMatch(/^0x/);
    expect(await run(curator, first)).toEqual({ versionId: made.versionId, tx: null });

    const second = publication('same', 2, await ofName(curator, first));
    const later = await run(curator, second);
    expect(await run(curator, second)).toEqual({ versionId: later.versionId, tx: null });
    expect(await publishedAs(curator, second)).toBe(later.versionId);
    expect((await ofName(curator, first)).versionCount).toBe(2);
  });

  it('is another version where it says something else', async () => {
    const first = publication('grows', 10);
    await run(curator, first);
    const seen = await ofName(curator, first);
    const all = await Promise.all([11, 12, 13].map((n) => run(curator, publication('grows', n, seen))));
    const versions = await Promise.all(all.map((made) => readVersion(curator.chain, made.versionId)));
    expect(versions.map((v) => v.number).sort()).toEqual([2, 3, 4]);
    expect(versions.map((v) => v.publication)).toEqual([11, 12, 13].map(key));
  });

  it('is a refusal where it took the name for something else', async () => {
    await run(curator, publication('taken', 20));
    await expect(run(curator, publication('taken', 21))).rejects.toThrow(/NameTaken/);
  });
});

describe('a publication is looked for', () => {
  it('among those of the account: another one may say the same under the same name', async () => {
    const same = publication('common', 30);
    const made = await run(curator, same);
    expect(await publishedAs(trainer, same)).toBe(0n);
    const theirs = await run(trainer, same);
    expect(theirs.versionId).toBeGreaterThan(made.versionId);
    expect(await publishedAs(curator, same)).toBe(made.versionId);
    expect(await publishedAs(trainer, same)).toBe(theirs.versionId);
  });

  it('not among the versions of those who held the asset before or after', async () => {
    const own = publication('sold', 40);
    await run(curator, own);
    const asset = await ofName(curator, own);
    const { address } = curator.signer.account;
    await transact(curator.chain, curator.signer, {
      contract: 'AssetRegistry',
      call: 'transferFrom',
      args: [address, trainer.signer.account.address, asset.id],
    });
    await run(trainer, publication('sold', 41, asset));
    expect(await publishedAs(curator, publication('sold', 41))).toBe(0n);
    expect(await publishedAs(curator, own)).toBeGreaterThan(0n);
  });
});
