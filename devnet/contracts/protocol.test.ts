import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { CID } from 'multiformats/cid';
import * as Digest from 'multiformats/hashes/digest';
import {
  type Address,
  bytesToHex,
  createPublicClient,
  createWalletClient,
  defineChain,
  encodePacked,
  type Hex,
  hexToBytes,
  http,
  keccak256,
  parseEther,
  sha256,
  stringToBytes,
  toHex,
  zeroHash,
} from 'viem';
import { mnemonicToAccount } from 'viem/accounts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  assetRegistryAbi,
  contributionNftAbi,
  deployments,
  licenseRegistryAbi,
  marketplaceAbi,
  publisherKeysAbi,
  revenueVaultAbi,
  wsaharaAbi,
} from '../../src/chain/generated/index.ts';
import { startAnvil, type ThrowawayAnvil } from '../genesis/throwaway-anvil.ts';

const genesis = fileURLToPath(new URL('../genesis/genesis.json', import.meta.url));
const chain = defineChain({
  id: 31337,
  name: 'devnet',
  nativeCurrency: { name: 'SAHARA', symbol: 'SAHARA', decimals: 18 },
  rpcUrls: { default: { http: [] } },
});
const mnemonic = 'test test test test test test test test test test test junk';
const account = (addressIndex: number) => mnemonicToAccount(mnemonic, { addressIndex });

const assets = { address: deployments.assetRegistry, abi: assetRegistryAbi } as const;
const licenses = { address: deployments.licenseRegistry, abi: licenseRegistryAbi } as const;
const keys = { address: deployments.publisherKeys, abi: publisherKeysAbi } as const;
const vault = { address: deployments.revenueVault, abi: revenueVaultAbi } as const;
const market = { address: deployments.marketplace, abi: marketplaceAbi } as const;
const wsahara = { address: deployments.wsahara, abi: wsaharaAbi } as const;

const [curator, trainer, buyer, labeler, reviewer] = [1, 2, 4, 7, 10].map(account);
if (!curator || !trainer || !buyer || !labeler || !reviewer) throw new Error('No accounts.');

const digest = (text: string): Hex => sha256(stringToBytes(text));

function versionInput(name: string) {
  return {
    releaseRoot: digest(`${name} release`),
    contentRoot: digest(`${name} content`),
    publication: digest(`${name} publication`),
    keyFingerprint: zeroHash as Hex,
    relations: [] as { parentVersion: bigint; relation: number; termsId: number; licenseId: bigint }[],
    contributorsBps: 0,
    contributorCount: 0,
    contributorWeight: 0n,
    contributorsRoot: zeroHash as Hex,
  };
}

const leafHash = (index: number, who: Address, weight: bigint): Hex =>
  keccak256(encodePacked(['uint8', 'uint32', 'address', 'uint128'], [0, index, who, weight]));

describe('the protocol on the devnet', () => {
  let anvil: ThrowawayAnvil;
  let read: ReturnType<typeof createPublicClient>;
  const wallet = (who: ReturnType<typeof account>) =>
    createWalletClient({ transport: http(anvil.url), account: who, chain });
  const mined = async (sent: Promise<Hex>) => {
    const receipt = await read.waitForTransactionReceipt({ hash: await sent });
    expect(receipt.status).toBe('success');
  };

  beforeAll(async () => {
    anvil = await startAnvil(['--init', genesis, '--timestamp', `${Math.floor(Date.now() / 1000)}`]);
    await anvil.rpc('evm_mine');
    read = createPublicClient({ transport: http(anvil.url), pollingInterval: 20 });
  });
  afterAll(async () => {
    await anvil[Symbol.asyncDispose]();
  });

  it('binds a P-256 key that node:crypto made, under the fingerprint of its DER form', async () => {
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const der = publicKey.export({ type: 'spki', format: 'der' });
    const fingerprint: Hex = `0x${createHash('sha256').update(der).digest('hex')}`;
    const challenge = encodePacked(
      ['string', 'uint256', 'address', 'address'],
      ['sahara:publisher-key:v1', 31337n, keys.address, curator.address],
    );
    const args = [curator.address] as const;
    expect(await read.readContract({ ...keys, functionName: 'challenge', args })).toBe(sha256(challenge));
    const signature = sign('sha256', hexToBytes(challenge), { key: privateKey, dsaEncoding: 'ieee-p1363' });
    const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
    const s = BigInt(`0x${signature.subarray(32).toString('hex')}`);
    await mined(
      wallet(curator).writeContract({
        ...keys,
        functionName: 'bind',
        args: [
          bytesToHex(der.subarray(27, 59)),
          bytesToHex(der.subarray(59, 91)),
          bytesToHex(signature.subarray(0, 32)),
          toHex(s > order / 2n ? order - s : s, { size: 32 }),
        ],
      }),
    );
    const active = await read.readContract({
      ...keys,
      functionName: 'isActive',
      args: [fingerprint, curator.address],
    });
    expect(active).toBe(true);
  });

  it('pays everybody behind a model to the wei', async () => {
    const [left, right] = [leafHash(0, labeler.address, 3n), leafHash(1, reviewer.address, 1n)];
    const contributorsRoot = keccak256(
      encodePacked(['uint8', 'bytes32', 'uint128', 'bytes32', 'uint128'], [1, left, 3n, right, 1n]),
    );
    const split = { contributorsBps: 4_000, contributorCount: 2, contributorWeight: 4n, contributorsRoot };
    const dataset = { ...versionInput('dataset'), ...split };
    await mined(
      wallet(curator).writeContract({ ...assets, functionName: 'register', args: [1, 'dataset', dataset] }),
    );
    const terms = {
      rights: 4, // TRAIN
      royaltyBps: 2_000,
      price: parseEther('1'),
      period: 0,
      shareAlike: false,
      attribution: true,
      transferable: true,
      text: 'Commercial',
    };
    await mined(wallet(curator).writeContract({ ...licenses, functionName: 'attachNew', args: [1n, terms] }));
    await mined(
      wallet(trainer).writeContract({
        ...market,
        functionName: 'buyNative',
        args: [1n, 1, trainer.address],
        value: parseEther('1'),
      }),
    );
    const relations = [{ parentVersion: 1n, relation: 1, termsId: 1, licenseId: 1n }];
    const model = { ...versionInput('model'), relations };
    await mined(
      wallet(trainer).writeContract({ ...assets, functionName: 'register', args: [2, 'model', model] }),
    );
    await mined(
      wallet(buyer).writeContract({
        ...vault,
        functionName: 'payNative',
        args: [2n],
        value: parseEther('10'),
      }),
    );
    const owners = [
      { versionId: 1n, period: 1 },
      { versionId: 2n, period: 1 },
    ];
    await mined(
      wallet(buyer).writeContract({
        ...vault,
        functionName: 'settleAndClaim',
        args: [[2n, 1n], owners, []],
      }),
    );
    const labelersProof = [1n, 0, labeler.address, 3n, [right], [1n]] as const;
    const reviewersProof = [1n, 1, reviewer.address, 1n, [left], [3n]] as const;
    for (const args of [labelersProof, reviewersProof]) {
      await mined(wallet(buyer).writeContract({ ...vault, functionName: 'claimContribution', args }));
    }

    // 1 and 10 SAHARA less 2.5 %; the model owes 20 % to the dataset, whose contributors get 40 % of what stays.
    const held = (who: { address: Address }) =>
      read.readContract({ ...wsahara, functionName: 'balanceOf', args: [who.address] });
    expect(await held(trainer)).toBe(parseEther('7.8'));
    expect(await held(curator)).toBe(parseEther('1.755'));
    expect(await held(labeler)).toBe(parseEther('0.8775'));
    expect(await held(reviewer)).toBe(parseEther('0.2925'));
    const totals = await read.readContract({ ...vault, functionName: 'totals' });
    expect(totals).toEqual([parseEther('11'), parseEther('0.275'), 0n]);
    const sums = await read.readContract({ ...vault, functionName: 'sums', args: [1n, 2n] });
    expect(sums).toEqual([0n, parseEther('10.725'), parseEther('10.725')]);
    const token = { address: deployments.contributionNft, abi: contributionNftAbi };
    const id = (1n << 192n) | (1n << 160n) | BigInt(reviewer.address);
    expect(await read.readContract({ ...token, functionName: 'ownerOf', args: [id] })).toBe(reviewer.address);
    expect(await held(vault)).toBe(parseEther('0.275'));
  });

  it('names the CID that the content room computes', async () => {
    const uri = await read.readContract({ ...assets, functionName: 'tokenURI', args: [2n] });
    const cid = CID.createV1(0x70, Digest.create(0x12, hexToBytes(digest('model release'))));
    expect(uri).toBe(`ipfs://${cid.toString()}`);
  });

  it('refuses in words that the bindings can decode', async () => {
    const again = wallet(curator).writeContract({
      ...assets,
      functionName: 'register',
      args: [1, 'again', { ...versionInput('dataset'), publication: digest('dataset publication') }],
    });
    await expect(again).rejects.toThrow(/AlreadyPublished\(uint64 versionId\)\s+\(1\)/);
  });
});
