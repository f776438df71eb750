import { rmSync, writeFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import {
  type Address,
  createPublicClient,
  createWalletClient,
  defineChain,
  type Hex,
  hexToBytes,
  http,
  multicall3Abi,
  parseEther,
} from 'viem';
import { mnemonicToAccount } from 'viem/accounts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  accessManagerAbi,
  assetRegistryAbi,
  deployments,
  licenseRegistryAbi,
  marketplaceAbi,
  revenueVaultAbi,
  wellKnownContracts,
  wsaharaAbi,
} from '../../src/chain/generated/index.ts';
import { readDevAccounts } from './dev-accounts.ts';
import { startAnvil, type ThrowawayAnvil } from './throwaway-anvil.ts';

const genesis = fileURLToPath(new URL('./genesis.json', import.meta.url));
const now = () => `${Math.floor(Date.now() / 1000)}`;

/** With one block mined: until then, anvil answers calls as if at the time in genesis.json. */
async function start(): Promise<ThrowawayAnvil> {
  const anvil = await startAnvil(['--init', genesis, '--timestamp', now()]);
  await anvil.rpc('evm_mine');
  return anvil;
}

const chain = defineChain({
  id: 31337,
  name: 'devnet',
  nativeCurrency: { name: 'SAHARA', symbol: 'SAHARA', decimals: 18 },
  rpcUrls: { default: { http: [] } },
});
const mnemonic = 'test test test test test test test test test test test junk';

/** sha256("123400") and a signature of it by a known key, from Wycheproof's ecdsa_secp256r1_sha256_p1363. */
const P256_VECTOR: Hex =
  '0xbb5a52f42f9c9261ed4361f59422a1e30036e7c32b270c8807a419feca60502300000000000000000000000000000000000000000000000000000000000000050000000000000000000000000000000000000000000000000000000000000001a71af64de5126a4a4e02b7922d66ce9415ce88a4c9d25514d91082c8725ac9575d47723c8fbe580bb369fec9c2665d8e30a435b9932645482e7c9f11e872296b';

function clients(url: string) {
  const transport = http(url);
  const account = mnemonicToAccount(mnemonic, { addressIndex: 4 });
  return {
    read: createPublicClient({ transport, pollingInterval: 20 }),
    wallet: createWalletClient({ transport, account, chain }),
    account,
  };
}

describe('the genesis state', () => {
  let anvil: ThrowawayAnvil;
  let read: ReturnType<typeof clients>['read'];

  beforeAll(async () => {
    anvil = await start();
    ({ read } = clients(anvil.url));
  });
  afterAll(async () => {
    await anvil[Symbol.asyncDispose]();
  });

  it('funds every development account with 10,000 SAHARA', async () => {
    const accounts = readDevAccounts();
    expect(accounts).toHaveLength(20);
    expect(accounts[0]).toMatchObject({
      name: 'protocol',
      address: '0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266',
    });
    for (const { address } of accounts) {
      expect(await read.getBalance({ address })).toBe(parseEther('10000'));
      expect(await read.getTransactionCount({ address })).toBe(0);
    }
  });

  it('has code at every address that the bindings name', async () => {
    for (const address of [...Object.values(deployments), ...Object.values(wellKnownContracts)]) {
      expect((await read.getCode({ address }))?.length, address).toBeGreaterThan(100);
    }
  });

  it('has the storage of the constructors, too', async () => {
    const wsahara = { address: deployments.wsahara, abi: wsaharaAbi };
    const vault = { address: deployments.revenueVault, abi: revenueVaultAbi };
    expect(await read.readContract({ ...wsahara, functionName: 'name' })).toBe('Wrapped SAHARA');
    expect(await read.readContract({ ...wsahara, functionName: 'symbol' })).toBe('WSAHARA');
    expect(await read.readContract({ ...vault, functionName: 'feeBps' })).toBe(250);
    expect(await read.readContract({ ...vault, functionName: 'authority' })).toBe(deployments.accessManager);
    const admin = await read.readContract({
      address: deployments.accessManager,
      abi: accessManagerAbi,
      functionName: 'hasRole',
      args: [0n, readDevAccounts()[0]?.address ?? '0x'],
    });
    expect(admin).toEqual([true, 0]);
  });

  it('wires the contracts to each other', async () => {
    const assets = { address: deployments.assetRegistry, abi: assetRegistryAbi };
    const licenses = { address: deployments.licenseRegistry, abi: licenseRegistryAbi };
    const vault = { address: deployments.revenueVault, abi: revenueVaultAbi };
    const market = { address: deployments.marketplace, abi: marketplaceAbi };
    const wiring: readonly (readonly [Promise<Address>, Address])[] = [
      [read.readContract({ ...assets, functionName: 'LICENSES' }), deployments.licenseRegistry],
      [read.readContract({ ...assets, functionName: 'KEYS' }), deployments.publisherKeys],
      [read.readContract({ ...assets, functionName: 'VAULT' }), deployments.revenueVault],
      [read.readContract({ ...licenses, functionName: 'ASSETS' }), deployments.assetRegistry],
      [read.readContract({ ...licenses, functionName: 'MARKETPLACE' }), deployments.marketplace],
      [read.readContract({ ...vault, functionName: 'TOKEN' }), deployments.wsahara],
      [read.readContract({ ...vault, functionName: 'REGISTRY' }), deployments.assetRegistry],
      [read.readContract({ ...vault, functionName: 'MARKETPLACE' }), deployments.marketplace],
      [read.readContract({ ...market, functionName: 'LICENSES' }), deployments.licenseRegistry],
      [read.readContract({ ...market, functionName: 'VAULT' }), deployments.revenueVault],
    ];
    for (const [found, expected] of wiring) expect(await found).toBe(expected);
  });

  it('keeps what anvil brings: the CREATE2 deployer and the P-256 precompile; and adds Multicall3', async () => {
    const p256 = { to: '0x0000000000000000000000000000000000000100', data: P256_VECTOR } as const;
    expect((await read.call(p256)).data).toBe(`0x${'0'.repeat(63)}1`);
    const initCode = `0x${'0'.repeat(64)}5f5ff3` as const;
    const deployed = await read.call({ to: wellKnownContracts.create2Deployer, data: initCode });
    expect(deployed.data).toMatch(/^0x[0-9a-f]{40}$/);
    const block = await read.readContract({
      address: wellKnownContracts.multicall3,
      abi: multicall3Abi,
      functionName: 'getCurrentBlockTimestamp',
    });
    expect(Math.abs(Number(block) - Date.now() / 1000)).toBeLessThan(60);
  });
});

describe('a chain that began with the genesis state', () => {
  it('keeps everything when its state is dumped and loaded into another anvil', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'sahara-genesis-'));
    try {
      const file = join(folder, 'state.json');
      const wsahara = { address: deployments.wsahara, abi: wsaharaAbi } as const;
      {
        await using first = await start();
        const { read, wallet } = clients(first.url);
        const hash = await wallet.writeContract({ ...wsahara, functionName: 'deposit', value: 5n });
        await read.waitForTransactionReceipt({ hash });
        writeFileSync(file, gunzipSync(hexToBytes((await first.rpc('anvil_dumpState')) as Hex)));
      }
      await using second = await startAnvil(['--load-state', file]);
      const { read, account } = clients(second.url);
      const held = await read.readContract({
        ...wsahara,
        functionName: 'balanceOf',
        args: [account.address],
      });
      expect(held).toBe(5n);
      const vault = { address: deployments.revenueVault, abi: revenueVaultAbi } as const;
      expect(await read.readContract({ ...vault, functionName: 'feeBps' })).toBe(250);
      expect(await read.getBlockNumber()).toBe(2n);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
