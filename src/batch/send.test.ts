import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { keccak256, parseTransaction, recoverTransactionAddress } from 'viem';
import { recoverAuthorizationAddress } from 'viem/utils';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Chain, openChain } from '../chain/index.ts';
import { openSigner } from '../context/index.ts';
import { devnetPaths } from '../devnet/paths.ts';
import { CHAIN_ID, type ChainService, startChain } from '../devnet/supervisor/chain.ts';
import { deliver, receiptOnceUsed, signAgain } from './send.ts';

const NOBODY = `0x${'77'.repeat(20)}` as const;
const dir = mkdtempSync(join(tmpdir(), 'sahara-send-'));
let service: ChainService;
let chain: Chain;

beforeAll(async () => {
  const paths = devnetPaths(dir);
  mkdirSync(paths.dir, { recursive: true });
  service = await startChain(paths, 0, null);
  chain = await openChain({ rpcUrl: service.rpcUrl, chainId: CHAIN_ID, instanceId: service.instanceId });
});
afterAll(async () => {
  await service.stop();
  rmSync(dir, { recursive: true });
});

test.each([
  ['twice what the chain takes now', undefined],
  ['what is given', { maxFeePerGas: 10n ** 12n, maxPriorityFeePerGas: 10n ** 11n, expected: 10n ** 11n }],
])('signed again it is the same by the same account, for %s', async (_, fees) => {
  const signer = await openSigner('labeler');
  const { account } = signer;
  const authorization = await account.signAuthorization?.({
    address: account.address,
    chainId: CHAIN_ID,
    nonce: 8,
  });
  if (!authorization) throw new Error('an account that signs no authorizations');
  const what = { chainId: CHAIN_ID, nonce: 7, to: NOBODY, data: '0xabcd', gas: 90_000n } as const;
  const raw = await account.signTransaction({
    ...what,
    type: 'eip7702',
    maxFeePerGas: 1n,
    maxPriorityFeePerGas: 1n,
    authorizationList: [authorization],
  });
  const again = (await signAgain(chain, signer, raw, fees)) as `0x04${string}`;
  expect(await recoverTransactionAddress({ serializedTransaction: again })).toBe(account.address);
  const parsed = parseTransaction(again);
  expect(parsed).toMatchObject(what);
  expect(parsed.maxFeePerGas).toBeGreaterThan(10n ** 9n);
  if (fees) expect(parsed).toMatchObject({ maxFeePerGas: fees.maxFeePerGas });
  const [agreed] = parsed.authorizationList ?? [];
  expect(agreed && (await recoverAuthorizationAddress({ authorization: agreed }))).toBe(account.address);
});

describe('a transaction that was sent', () => {
  test('is not taken for overtaken while its block is being made', async () => {
    const { account } = await openSigner('buyer');
    const raw = await account.signTransaction({
      chainId: CHAIN_ID,
      to: account.address,
      gas: 21_000n,
      maxFeePerGas: 10n ** 10n,
      nonce: 0,
    });
    const hash = keccak256(raw);
    // A busy anvil answers so for some milliseconds, now and then: the account's count is new, the receipt not yet
    // there, and the transaction one that waits. Here for a few questions.
    const early = { eth_getTransactionReceipt: 3, eth_getTransactionByHash: 2 } as Record<string, number>;
    const real = chain.client.request;
    const request = (async (asked: { method: string }) => {
      const left = early[asked.method] ?? 0;
      early[asked.method] = left - 1;
      if (left <= 0) return real(asked as never);
      return asked.method === 'eth_getTransactionReceipt' ? null : { hash, blockNumber: null };
    }) as typeof real;
    const busy: Chain = { ...chain, client: { ...chain.client, request }, rpc: request as Chain['rpc'] };
    const delivery = await deliver(busy, { account: account.address, nonce: 0, raw, hash });
    expect(delivery).toMatchObject({ status: 'success', transactionHash: hash });
    expect(early['eth_getTransactionReceipt']).toBeLessThan(0);
  });

  test('is overtaken when another one has its nonce', async () => {
    const { account } = await openSigner('curator');
    const sign = (value: bigint) =>
      account.signTransaction({
        chainId: CHAIN_ID,
        to: account.address,
        gas: 21_000n,
        maxFeePerGas: 10n ** 10n,
        nonce: 0,
        value,
      });
    const [first, second] = await Promise.all([sign(1n), sign(2n)]);
    const signed = (raw: typeof first) => ({ account: account.address, nonce: 0, raw, hash: keccak256(raw) });
    expect(await deliver(chain, signed(first))).toMatchObject({ status: 'success' });
    expect(await deliver(chain, signed(second))).toBe('overtaken');
    expect(await receiptOnceUsed(chain, keccak256(second))).toBeUndefined();
    expect(await receiptOnceUsed(chain, keccak256(first))).toMatchObject({ status: 'success' });
  });
});
