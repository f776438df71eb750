import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import {
  type Abi,
  decodeFunctionResult,
  encodeFunctionData,
  erc20Abi,
  type Hex,
  parseEther,
  toHex,
  zeroHash,
} from 'viem';
import { privateKeyToAddress } from 'viem/accounts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startAnvil, type ThrowawayAnvil } from '../../devnet/genesis/throwaway-anvil.ts';
import { assetRegistryAbi, deployments, revenueVaultAbi } from '../chain/generated/index.ts';
import { buildMerkleSum, type MerkleSum } from './merkle-sum.ts';
import { createBooks } from './model.ts';
import { lineage, type Step, steps } from './model-fixtures.test-helper.ts';
import type { Books, OpenVersion } from './model-types.ts';

const GENESIS = fileURLToPath(new URL('../../devnet/genesis/genesis.json', import.meta.url));
/** The genesis state's `protocol`, who governs. */
const ADMIN = '0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266';
const PAYER = privateKeyToAddress(toHex(7, { size: 32 }));

let anvil: ThrowawayAnvil;
beforeAll(async () => {
  anvil = await startAnvil(['--init', GENESIS, '--hardfork', 'osaka']);
  for (const account of [deployments.assetRegistry, ADMIN, PAYER]) {
    await anvil.rpc('anvil_impersonateAccount', [account]);
    await anvil.rpc('anvil_setBalance', [account, toHex(parseEther('1000000000000'))]);
  }
});
afterAll(() => anvil[Symbol.asyncDispose]());

describe('the model and the vault', () => {
  it('agree to the wei after everything that can happen', { timeout: 90_000 }, async () => {
    const examples = fc.sample(fc.tuple(lineage, steps), { numRuns: 10, seed: 20_260 });
    let claims = 0;
    for (const [versions, todo] of examples) {
      // Nobody has used the genesis state's vault: its books begin as empty as the model's.
      const snapshot = await anvil.rpc('evm_snapshot');
      claims += await compare(versions, todo);
      await anvil.rpc('evm_revert', [snapshot]);
    }
    expect(claims, 'claims that paid something').toBeGreaterThan(100);
  });
});

/** Does the same in the model and in the vault; returns how many claims paid something. */
async function compare(versions: OpenVersion[], todo: Step[]): Promise<number> {
  let claims = 0;
  const vault = connect(anvil);
  const feeBps = Number(await vault.read('feeBps'));
  const model = createBooks({ feeBps });
  const trees = new Map<number, MerkleSum>();
  const proven = new Set<string>();
  for (const v of versions) {
    model.setOwner(v.asset, ownerName(v.asset));
    await vault.register(addressOf(ownerName(v.asset)), v.asset);
    model.openVersion(v);
    const rows = (v.contributors?.of ?? []).map((c) => ({ account: addressOf(c.account), weight: c.weight }));
    const tree = rows.length > 0 ? buildMerkleSum(rows) : undefined;
    if (tree) trees.set(v.version, tree);
    const parents = v.parents ?? [];
    // What has neither is not opened: the vault asks the registry for it.
    if (parents.length === 0 && !tree) continue;
    await vault.asRegistry('openVersion', [
      BigInt(v.version),
      BigInt(v.asset),
      true,
      parents.map((p) => ({ parent: BigInt(p.version), royaltyBps: p.royaltyBps, isAbsolute: false })),
      0n,
      {
        bps: v.contributors?.bps ?? 0,
        count: rows.length,
        weight: tree?.total ?? 0n,
        root: tree?.root ?? zeroHash,
      },
    ]);
  }
  for (const { kind, to, amount } of todo) {
    const v = versions[to % versions.length];
    if (!v) continue;
    const version = BigInt(v.version);
    const wei = amount % 10n ** 27n || 1n;
    if (kind === 'pay') {
      model.payVersion(v.version, wei);
      await vault.asPayer('payVersionNative', [version], wei);
    } else if (kind === 'settle') {
      // Twice the same version in one call: the second time there is nothing left to move.
      model.settle([v.version, v.version]);
      await vault.asPayer('settle', [[version, version]]);
    } else if (kind === 'fee') {
      model.setFeeBps(to);
      await vault.asAdmin('setFeeBps', [to]);
    } else if (kind === 'withdraw') {
      model.withdrawFees();
      await vault.asAdmin('withdrawFees', [ADMIN]);
    } else if (kind === 'transfer') {
      const before = addressOf(model.ownerOf(v.asset, model.period(v.asset)) ?? '');
      model.setOwner(v.asset, `heir${to}`);
      await vault.asRegistry('setOwner', [BigInt(v.asset), before, addressOf(`heir${to}`)]);
    } else if (kind === 'claimOwner') await claimOwner(v, 1 + (to % model.period(v.asset)));
    else if (v.contributors) await claimContribution(v, to % v.contributors.of.length);
  }
  await expectSameBooks(model, versions, vault);
  // Everything arrives and everybody claims; then again, when the vault knows the contributors already.
  for (let round = 0; round < 2; round++) {
    for (const v of versions) {
      model.pay(v.asset, 12_345_678n);
      await vault.asPayer('payNative', [BigInt(v.asset)], 12_345_678n);
    }
    model.settleAll();
    await vault.asPayer('settle', [versions.map((v) => BigInt(v.version)).reverse()]);
    for (const v of versions) {
      for (let period = 1; period <= model.period(v.asset); period++) await claimOwner(v, period);
      for (const index of v.contributors?.of.keys() ?? []) await claimContribution(v, index);
    }
    await expectSameBooks(model, versions, vault);
  }
  return claims;

  async function claimOwner(v: OpenVersion, period: number): Promise<void> {
    if (model.claimOwner(v.version, period).amount > 0n) claims += 1;
    await vault.asPayer('claimOwner', [BigInt(v.version), period]);
  }

  async function claimContribution(v: OpenVersion, index: number): Promise<void> {
    if (model.claimContribution(v.version, index).amount > 0n) claims += 1;
    const of = `${v.version}/${index}`;
    const { account, weight, siblings, siblingSums } =
      trees.get(v.version)?.proof(index) ?? expect.unreachable();
    const proof = proven.has(of) ? [] : [account, weight, siblings, siblingSums];
    proven.add(of);
    await vault.asPayer('claimContribution', [BigInt(v.version), index, ...proof]);
  }
}

async function expectSameBooks(model: Books, versions: OpenVersion[], vault: Vault): Promise<void> {
  const { paidIn, fees, feesWithdrawn, pooled, claimed, balance } = model.totals();
  expect(await vault.balance()).toBe(balance);
  expect(await vault.read('totals')).toEqual([paidIn, fees, feesWithdrawn, pooled, claimed]);
  for (const v of versions) {
    const id = BigInt(v.version);
    const b = model.books(v.version);
    const units = [b.parentsBps, b.contributorUnit, b.ownerUnit].map(Number);
    expect(await vault.read('books', [id])).toEqual([b.inflow, b.settledUnits, ...units, b.unsettled]);
    expect(await vault.read('period', [BigInt(v.asset)])).toBe(model.period(v.asset));
    for (let period = 1; period <= model.period(v.asset); period++) {
      expect(await vault.read('ownerOwed', [id, period])).toBe(model.ownerOwed(v.version, period));
      const owner = addressOf(model.ownerOf(v.asset, period) ?? '');
      expect(await vault.read('ownerOf', [BigInt(v.asset), period])).toBe(owner);
    }
    for (const [index, { weight }] of (v.contributors?.of ?? []).entries())
      expect(await vault.read('contributionOwed', [id, index, weight])).toBe(
        model.contributionOwed(v.version, index),
      );
  }
}

type Vault = ReturnType<typeof connect>;

function connect({ rpc }: ThrowawayAnvil) {
  const abi: Abi = revenueVaultAbi;
  const to = deployments.revenueVault;
  async function send(from: Hex, functionName: string, args: readonly unknown[], value = 0n): Promise<void> {
    const data = encodeFunctionData({ abi, functionName, args });
    await sendData({ from, to, data, value: toHex(value) }, `${functionName}(${args.join(', ')})`);
  }
  async function sendData(
    transaction: { from: Hex; to: Hex; data: Hex; value?: Hex },
    what: string,
  ): Promise<void> {
    const call = { ...transaction, gas: toHex(8_000_000) };
    const hash = await rpc('eth_sendTransaction', [call]);
    let receipt = await rpc('eth_getTransactionReceipt', [hash]);
    while (receipt === null) {
      await sleep(1); // anvil answers with the hash a moment before the block is there
      receipt = await rpc('eth_getTransactionReceipt', [hash]);
    }
    expect(receipt, what).toMatchObject({ status: '0x1' });
  }
  return {
    /** An asset with a bare version, each of which gets the next id. */
    async register(owner: Hex, asset: number): Promise<void> {
      const digest = toHex(asset, { size: 32 });
      const version = {
        releaseRoot: digest,
        contentRoot: digest,
        publication: digest,
        keyFingerprint: zeroHash,
        relations: [],
        contributorsBps: 0,
        contributorCount: 0,
        contributorWeight: 0n,
        contributorsRoot: zeroHash,
      };
      const args = [1, `a${asset}`, version] as const;
      const data = encodeFunctionData({ abi: assetRegistryAbi, functionName: 'register', args });
      await rpc('anvil_impersonateAccount', [owner]);
      await rpc('anvil_setBalance', [owner, toHex(parseEther('1'))]);
      await sendData({ from: owner, to: deployments.assetRegistry, data }, `register a${asset}`);
    },
    asRegistry: (name: string, args: readonly unknown[]) => send(deployments.assetRegistry, name, args),
    asAdmin: (name: string, args: readonly unknown[]) => send(ADMIN, name, args),
    asPayer: (name: string, args: readonly unknown[], value?: bigint) => send(PAYER, name, args, value),
    /** All WSAHARA that the vault holds. */
    async balance(): Promise<bigint> {
      const data = encodeFunctionData({ abi: erc20Abi, functionName: 'balanceOf', args: [to] });
      return BigInt(String(await rpc('eth_call', [{ to: deployments.wsahara, data }, 'latest'])));
    },
    async read(functionName: string, args: readonly unknown[] = []): Promise<unknown> {
      const data = encodeFunctionData({ abi, functionName, args });
      const answer = await rpc('eth_call', [{ to, data }, 'latest']);
      return decodeFunctionResult({ abi, functionName, data: answer as Hex });
    },
  };
}

function ownerName(asset: number): string {
  return `o${asset}`;
}

/** Some address for a name of the model. */
function addressOf(name: string): Hex {
  return privateKeyToAddress(toHex(`account ${name}`, { size: 32 }));
}
