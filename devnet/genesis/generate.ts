/**
 * `node devnet/genesis/generate.ts [--check]`: writes genesis.json, the chain state that a devnet starts with, and
 * what other networks need to get the same protocol: src/chain/generated/creation-code.ts and code-on-chain.ts.
 *
 * The protocol is deployed for real on a throw-away anvil; code and storage of every contract there become the
 * `alloc` of a geth genesis. Nothing in it depends on the clock, the machine or the order of anything.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { type Address, encodeFunctionData, getAddress, type Hex, hexToBytes, numberToHex } from 'viem';
import { emitFiles } from '../contracts/committed-file.ts';
import { compileProtocol } from '../contracts/compile.ts';
import {
  addressesOf,
  CREATE2_DEPLOYER,
  deployerData,
  deploymentSteps,
  MULTICALL3,
} from '../contracts/plan.ts';
import { codeFiles } from './code-files.ts';
import { readDevAccounts } from './dev-accounts.ts';
import { type Rpc, startAnvil } from './throwaway-anvil.ts';

interface StateAccount {
  readonly nonce: number | Hex;
  readonly code: Hex;
  readonly storage: Readonly<Record<Hex, Hex>>;
}

interface AllocEntry {
  readonly balance: Hex;
  readonly nonce?: Hex;
  readonly code?: Hex;
  readonly storage?: Readonly<Record<Hex, Hex>>;
}

const CHAIN_ID = 31337;
const GAS_LIMIT = 30_000_000n;
/**
 * 2026-01-01. With `--init`, anvil's clock starts here unless it is told `--timestamp` (measured with 1.7.1), and
 * at 0 nobody would hold a role yet.
 */
const GENESIS_TIME = 1_767_225_600n;
/** EIP-2935's block hashes: anvil brings the contract itself, and what it stores belongs to one chain. */
const BLOCK_HASHES: Address = '0x0000F90827F1C53a10cb7A02335B175320002935';
/** Unlocked on the throw-away anvil, and left no trace of in the result. */
const SENDER: Address = '0x00000000000000000000000000000000005a4a8a';

/** viem carries Multicall3's creation code, but does not export it. */
async function multicall3CreationCode(): Promise<Hex> {
  const file = new URL('../../node_modules/viem/_esm/constants/contracts.js', import.meta.url);
  const { multicall3Bytecode } = (await import(file.href)) as { multicall3Bytecode: Hex };
  return multicall3Bytecode;
}

/** Seconds since 1970 of the blocks that deploy: so early that no devnet's clock stands before them. */
let time = 1;

interface Receipt {
  readonly status: Hex;
  readonly contractAddress: Address | null;
}

/** anvil may answer `eth_sendTransaction` before the receipt exists. */
async function receiptOf(rpc: Rpc, hash: unknown): Promise<Receipt> {
  for (let attempt = 0; attempt < 500; attempt += 1) {
    const receipt = (await rpc('eth_getTransactionReceipt', [hash])) as Receipt | null;
    if (receipt !== null) return receipt;
    await sleep(10);
  }
  throw new Error(`No receipt for transaction ${String(hash)}.`);
}

async function send(rpc: Rpc, to: Address | undefined, data: Hex): Promise<Address | null> {
  time += 1;
  await rpc('evm_setNextBlockTimestamp', [time]);
  const gas = numberToHex(GAS_LIMIT / 2n);
  const hash = await rpc('eth_sendTransaction', [{ from: SENDER, ...(to && { to }), data, gas }]);
  const receipt = await receiptOf(rpc, hash);
  if (receipt.status !== '0x1') throw new Error(`A deployment failed: transaction ${String(hash)}`);
  return receipt.contractAddress;
}

async function stateOf(rpc: Rpc): Promise<Readonly<Record<Address, StateAccount>>> {
  const dump = (await rpc('anvil_dumpState')) as Hex;
  const state = JSON.parse(gunzipSync(hexToBytes(dump)).toString()) as {
    accounts: Readonly<Record<Address, StateAccount>>;
  };
  return state.accounts;
}

function contractEntry(account: StateAccount): AllocEntry {
  const slots = Object.entries(account.storage)
    .filter(([, value]) => BigInt(value) !== 0n)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    balance: '0x0',
    nonce: numberToHex(BigInt(account.nonce)),
    code: account.code,
    ...(slots.length > 0 && { storage: Object.fromEntries(slots) }),
  };
}

async function deployedState(admin: Address): Promise<ReadonlyMap<Address, AllocEntry>> {
  const deployer = addressesOf(compiled).Deployer;
  await using anvil = await startAnvil(['--timestamp', `${time}`, '--chain-id', `${CHAIN_ID}`]);
  const { rpc } = anvil;
  await rpc('anvil_impersonateAccount', [SENDER]);
  await rpc('anvil_setBalance', [SENDER, numberToHex(10n ** 20n)]);

  await send(rpc, CREATE2_DEPLOYER, deployerData(compiled));
  for (const { name, address, salt, initCode } of deploymentSteps(compiled, admin)) {
    const { abi } = compiled.Deployer;
    await send(rpc, deployer, encodeFunctionData({ abi, functionName: 'deploy', args: [salt, initCode] }));
    if ((await rpc('eth_getCode', [address, 'latest'])) === '0x') throw new Error(`No code at ${name}.`);
  }
  const multicall3 = await send(rpc, undefined, await multicall3CreationCode());
  const multicall3Code = await rpc('eth_getCode', [multicall3, 'latest']);

  const others = new Set([BLOCK_HASHES, getAddress(multicall3 ?? SENDER)]);
  const contracts = Object.entries(await stateOf(rpc))
    .map(([address, account]) => [getAddress(address), account] as const)
    .filter(([address, { code }]) => code !== '0x' && !others.has(address))
    .map(([address, account]) => [address, contractEntry(account)] as const);
  const found = new Map<Address, AllocEntry>(contracts);
  found.set(MULTICALL3, { balance: '0x0', nonce: '0x1', code: multicall3Code as Hex });
  return found;
}

const compiled = compileProtocol();
const accounts = readDevAccounts();
const admin = accounts.find(({ name }) => name === 'protocol')?.address;
if (admin === undefined) throw new Error('There is no development account "protocol".');

const alloc = new Map(await deployedState(admin));
for (const { address, balance } of accounts) alloc.set(address, { balance: numberToHex(balance) });

const genesis = {
  config: { chainId: CHAIN_ID },
  nonce: '0x0',
  timestamp: numberToHex(GENESIS_TIME),
  extraData: '0x',
  gasLimit: numberToHex(GAS_LIMIT),
  difficulty: '0x0',
  mixHash: `0x${'0'.repeat(64)}`,
  coinbase: `0x${'0'.repeat(40)}`,
  alloc: Object.fromEntries([...alloc].sort(([a], [b]) => (a.toLowerCase() < b.toLowerCase() ? -1 : 1))),
};

const path = fileURLToPath(new URL('./genesis.json', import.meta.url));
emitFiles(
  new Map([
    [path, `${JSON.stringify(genesis, undefined, 1)}\n`],
    ...codeFiles(compiled, admin, CHAIN_ID, (address) => alloc.get(address)?.code ?? '0x'),
  ]),
  'node devnet/genesis/generate.ts',
);
