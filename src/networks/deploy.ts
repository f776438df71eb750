import { encodeAbiParameters, encodeFunctionData, getAddress, hexToBytes } from 'viem';
import { estimateGas, readContract } from 'viem/actions';
import { SaharaError } from '../base/errors.ts';
import type { Address, Hex } from '../base/hex.ts';
import type { Progress } from '../base/progress.ts';
import { codeOnChain } from '../chain/generated/code-on-chain.ts';
import { creationCode, deployerCreation } from '../chain/generated/creation-code.ts';
import { deployerAbi } from '../chain/generated/deployer.ts';
import { wellKnownContracts } from '../chain/generated/deployments.ts';
import { type Chain, CONTRACTS, type Cost, type Signer, sendData } from '../chain/index.ts';
import { DEPLOYED, type DeployedName, readCode } from '../chain/network/code.ts';
import { gasPrices } from '../chain/network/fees.ts';

export type DeployedContract = {
  contract: string;
  address: Address;
  /** `there`: it was before. `deployed`: by this run. `missing`: this dry run would deploy it. */
  state: 'there' | 'deployed' | 'missing';
  /** The transaction of this run; null where there is none. */
  tx: Hex | null;
  /** Units of gas: used, or in a dry run estimated; 0 where nothing was to be done. */
  gas: bigint;
};

export type Deployment = {
  chainId: number;
  rpcUrl: string;
  /** Who deploys, and administers what it has deployed. */
  account: Address;
  contracts: DeployedContract[];
  /** Units of gas of this run, or in a dry run estimated. */
  gas: bigint;
  /** Wei of the native coin that it cost, or in a dry run is expected to cost. */
  cost: bigint;
  /** The account administers the protocol; null in a dry run that has yet to deploy AccessManager. */
  isAdmin: boolean | null;
};

type Step = { contract: DeployedName; address: Address; to: Address; data: Hex; gas: bigint };

const { create2Deployer } = wellKnownContracts;
const ADMIN_ROLE = 0n;

/**
 * What is missing of the protocol on a chain, in the order in which it is deployed, with the gas that it takes.
 *
 * @param admin who may change parameters and withdraw fees afterwards
 * @throws PROTOCOL_OTHER, CREATE2_MISSING, ADMIN_OTHER
 */
async function plan(chain: Chain, admin: Address): Promise<Step[]> {
  const { rpc, rpcUrl: url, chainId } = chain;
  const [codes, proxy] = await Promise.all([
    readCode(rpc, chainId),
    rpc({ method: 'eth_getCode', params: [create2Deployer, 'latest'] }) as Promise<Hex>,
  ]);
  for (const { contract, address, state } of codes)
    if (state === 'other') throw new SaharaError('PROTOCOL_OTHER', { url, contract, address });
  const missing = codes.filter((c) => c.state === 'none').map((c) => c.contract);
  if (missing.includes('Deployer') && proxy === '0x')
    throw new SaharaError('CREATE2_MISSING', { url, address: create2Deployer });
  if (missing.length > 0 && !missing.includes('AccessManager') && !(await administers(chain, admin)))
    throw new SaharaError('ADMIN_OTHER', { url, address: codeOnChain.AccessManager.address });
  return missing.map((contract) => stepOf(contract, admin));
}

function stepOf(contract: DeployedName, admin: Address): Step {
  const { address, bytes } = codeOnChain[contract];
  if (contract === 'Deployer') {
    const data: Hex = deployerCreation;
    return { contract, address, to: create2Deployer, data, gas: gasOf(data, bytes) };
  }
  const { salt, code } = creationCode[contract];
  const args =
    contract === 'AccessManager' ? encodeAbiParameters([{ type: 'address' }], [admin]).slice(2) : '';
  const data = encodeFunctionData({
    abi: deployerAbi,
    functionName: 'deploy',
    args: [salt, `${code}${args}`],
  });
  return { contract, address, to: codeOnChain.Deployer.address, data, gas: gasOf(data, bytes) };
}

/** For the proxy of CREATE3, what constructors store, and the event. */
const AROUND = 120_000n;

/**
 * About what it takes, without asking: most nodes cannot say what a call would take that needs another one before.
 * Data at EIP-2028's price, 200 for each byte that stays (Yellow Paper, G_codedeposit).
 */
function gasOf(data: Hex, bytes: number): bigint {
  const ofData = hexToBytes(data).reduce((sum, byte) => sum + (byte === 0 ? 4 : 16), 0);
  return 21_000n + BigInt(ofData) + 200n * BigInt(bytes) + AROUND;
}

/** True when the account administers the protocol. */
async function administers(chain: Chain, account: Address): Promise<boolean> {
  const { address, abi } = CONTRACTS.AccessManager;
  const functionName = 'hasRole';
  const [isMember] = await readContract(chain.client, {
    address,
    abi,
    functionName,
    args: [ADMIN_ROLE, account],
  });
  return isMember;
}

/** What deploying would do and cost. @throws as {@link deploy}; nothing is sent */
export async function foreseeDeploy(chain: Chain, admin: Address): Promise<Deployment> {
  const [steps, { gasPrice }] = await Promise.all([plan(chain, admin), gasPrices(chain)]);
  const gas = sumOf(steps);
  return {
    ...resultOf(chain, admin, (contract) => {
      const step = steps.find((s) => s.contract === contract);
      return { state: step ? 'missing' : 'there', tx: null, gas: step?.gas ?? 0n };
    }),
    gas,
    cost: gas * gasPrice,
    isAdmin: steps.some((s) => s.contract === 'AccessManager') ? null : await administers(chain, admin),
  };
}

/**
 * Deploys what is missing of the protocol, each contract at its own address, by transactions of the signer. What is
 * there is left alone, so that a run which was cut off is taken up by the next one.
 *
 * @throws PROTOCOL_OTHER, CREATE2_MISSING, ADMIN_OTHER, COST_UNCONFIRMED, and as `transact`
 */
export async function deploy(chain: Chain, signer: Signer, progress: Progress): Promise<Deployment> {
  const { address: admin } = signer.account;
  const steps = await plan(chain, admin);
  const done = new Map<DeployedName, { tx: Hex | null; gas: bigint; cost: bigint }>();
  if (steps.length > 0) await agree(chain, steps);
  // It has been asked for the whole.
  const { sending, ...plain } = chain;
  const { approve: _, ...asked } = sending ?? { outbox: null };
  const agreed: Chain = sending ? { ...plain, sending: asked } : chain;
  progress.start('Deploying', steps.length);
  for (const step of steps) {
    const made = await deployOne(agreed, signer, step);
    if (made) done.set(step.contract, made);
    progress.advance(1);
  }
  progress.done();
  for (const { contract, address, state } of await readCode(chain.rpc, chain.chainId))
    if (state !== 'same') throw new SaharaError('PROTOCOL_OTHER', { url: chain.rpcUrl, contract, address });
  const all = [...done.values()];
  return {
    ...resultOf(chain, admin, (contract) => {
      const made = done.get(contract);
      return { state: made ? 'deployed' : 'there', tx: made?.tx ?? null, gas: made?.gas ?? 0n };
    }),
    gas: all.reduce((sum, { gas }) => sum + gas, 0n),
    cost: all.reduce((sum, { cost }) => sum + cost, 0n),
    isAdmin: await administers(chain, admin),
  };
}

async function deployOne(
  chain: Chain,
  signer: Signer,
  { contract, address, to, data }: Step,
): Promise<{ tx: Hex | null; gas: bigint; cost: bigint } | undefined> {
  const isThere = async () =>
    (await chain.rpc({ method: 'eth_getCode', params: [address, 'latest'] })) !== '0x';
  // Another run may be at it as well.
  if (await isThere()) return undefined;
  try {
    const gas = (await estimateGas(chain.client, { account: signer.account, to, data })) * 11n;
    const receipt = await sendData(chain, signer, { to, data, gas: gas / 10n, what: contract });
    const { gasUsed, effectiveGasPrice } = receipt;
    return { tx: receipt.tx, gas: gasUsed, cost: gasUsed * effectiveGasPrice };
  } catch (error) {
    if (error instanceof SaharaError && error.id !== 'TRANSACTION_REVERTED') throw error;
    if (await isThere()) return undefined;
    throw error;
  }
}

/** Asks once for all of it. @throws COST_UNCONFIRMED */
async function agree(chain: Chain, steps: readonly Step[]): Promise<void> {
  if (!chain.sending?.approve) return;
  const cost: Cost = {
    what: `Deploying ${steps.length} contracts`,
    chainId: chain.chainId,
    gas: sumOf(steps),
    value: 0n,
    ...(await gasPrices(chain)),
  };
  await chain.sending.approve(cost);
}

const sumOf = (steps: readonly Step[]) => steps.reduce((sum, { gas }) => sum + gas, 0n);

function resultOf(
  { chainId, rpcUrl }: Chain,
  account: Address,
  each: (contract: DeployedName) => Pick<DeployedContract, 'state' | 'tx' | 'gas'>,
): Pick<Deployment, 'chainId' | 'rpcUrl' | 'account' | 'contracts'> {
  const contracts = DEPLOYED.map((contract) => ({
    contract,
    address: codeOnChain[contract].address,
    ...each(contract),
  }));
  return { chainId, rpcUrl, account: getAddress(account), contracts };
}
