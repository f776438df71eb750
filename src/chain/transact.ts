import {
  type Abi,
  BaseError,
  type ContractFunctionArgs,
  type ContractFunctionName,
  ContractFunctionRevertedError,
  concatHex,
  encodeFunctionData,
  type LocalAccount,
  stringToHex,
  type TransactionReceipt,
} from 'viem';
import {
  estimateContractGas,
  estimateGas,
  getTransactionCount,
  sendTransaction,
  waitForTransactionReceipt,
} from 'viem/actions';
import { formatSahara } from '../base/amount.ts';
import { SaharaError } from '../base/errors.ts';
import type { Address, Hex } from '../base/hex.ts';
import { findDevAccount } from '../config/dev-accounts.ts';
import type { Chain } from './client.ts';
import { CONTRACTS, type ContractName, PROTOCOL_ERRORS } from './contracts.ts';
import { RpcError } from './json-rpc.ts';

export type Signer = { name: string | null; account: LocalAccount };

type AbiOf<C extends ContractName> = (typeof CONTRACTS)[C]['abi'];
type WriteName<C extends ContractName> = ContractFunctionName<AbiOf<C>, 'nonpayable' | 'payable'>;

export type Call<C extends ContractName, F extends WriteName<C>> = {
  contract: C;
  call: F;
  args: ContractFunctionArgs<AbiOf<C>, 'nonpayable' | 'payable', F>;
  /** Native SAHARA sent along, in wei. */
  value?: bigint;
  /** Text that stands behind the call in the transaction's data, for people: contracts do not read that far. */
  note?: string;
};

/** What came of a transaction. `tx` is its hash; null in a dry run, whose logs are those that it would have. */
export type Receipt = TransactionReceipt & { tx: Hex | null };

/** Another process sending as the same account is not an error, only a reason to look again. */
const NONCE_TRIES = 8;

/**
 * Sends a call and waits until it is in a block. In a dry run it is worked out instead, with the same refusals.
 *
 * @throws DEV_KEYS_REFUSED, TRANSACTION_REVERTED with the protocol's own error name, FUNDS_MISSING, GAS_EXCEEDED,
 *   NONCE_CONTENTION, CHAIN_UNREACHABLE
 */
export async function transact<C extends ContractName, F extends WriteName<C>>(
  chain: Chain,
  signer: Signer,
  { contract, call, args, value = 0n, note }: Call<C, F>,
): Promise<Receipt> {
  assertMaySign(chain, signer);
  const { address, abi } = CONTRACTS[contract];
  const request = {
    address,
    abi: [...abi, ...PROTOCOL_ERRORS] as Abi,
    functionName: call as string,
    args: args as readonly unknown[],
    account: signer.account,
    value,
    ...(note === undefined ? {} : { dataSuffix: stringToHex(note) }),
  };
  try {
    const data = concatHex([encodeFunctionData(request), request.dataSuffix ?? '0x']);
    const receipt =
      (await earlier(chain, signer, { to: address, data, value })) ??
      (await deliver(chain, signer, {
        to: address,
        data,
        value,
        // Some room above the estimate: another transaction may go in between and change what this one touches.
        gas: ((await estimateContractGas(chain.client, request)) * 13n) / 10n,
        what: `${contract}.${call as string}`,
      }));
    if (receipt.status === 'success') return receipt;
    // Allowed when it was estimated and refused in the block: another transaction came first. Asked again, the
    // protocol says why.
    await estimateContractGas(chain.client, request);
    throw new SaharaError('TRANSACTION_REVERTED', {
      contract,
      call: call as string,
      error: 'Unknown',
      args: [receipt.transactionHash],
    });
  } catch (error) {
    throw await explain(error, chain, signer, contract, call as string, value);
  }
}

/**
 * Sends data to an address that is none of the protocol's contracts, and waits until it is in a block.
 *
 * @param what names it in errors and questions
 * @throws as {@link transact}
 */
export async function sendData(
  chain: Chain,
  signer: Signer,
  { to, data, gas, what }: { to: Address; data: Hex; gas: bigint; what: string },
): Promise<Receipt> {
  assertMaySign(chain, signer);
  try {
    const receipt =
      (await earlier(chain, signer, { to, data, value: 0n })) ??
      (await deliver(chain, signer, { to, data, value: 0n, gas, what }));
    if (receipt.status === 'success') return receipt;
  } catch (error) {
    throw await explain(error, chain, signer, what, 'deploy', 0n);
  }
  throw new SaharaError('TRANSACTION_REVERTED', {
    contract: what,
    call: 'deploy',
    error: 'Unknown',
    args: [],
  });
}

/** Sends native SAHARA and waits until that is in a block. @throws as {@link transact} */
export async function transfer(chain: Chain, signer: Signer, to: Address, wei: bigint): Promise<Receipt> {
  assertMaySign(chain, signer);
  try {
    const before = await earlier(chain, signer, { to, data: '0x', value: wei });
    if (before) return before;
    const gas = await estimateGas(chain.client, { account: signer.account, to, value: wei });
    return await deliver(chain, signer, { to, data: '0x', value: wei, gas, what: 'A payment' });
  } catch (error) {
    throw await explain(error, chain, signer, to, 'receive', wei);
  }
}

/** On a network that is no devnet: what an earlier run has sent and not seen the end of. */
async function earlier(
  chain: Chain,
  signer: Signer,
  call: { to: Address; data: Hex; value: bigint },
): Promise<Receipt | undefined> {
  if (!chain.sending || chain.dryRun) return undefined;
  const receipt = await (await import('./network/deliver.ts')).takeUpEarlier(chain, signer, call);
  return receipt && { ...receipt, tx: receipt.transactionHash };
}

/** The one place where anything is sent, or in a dry run is not. `what` names it in words. */
async function deliver(
  chain: Chain,
  signer: Signer,
  { what, ...transaction }: { to: Address; data: Hex; value: bigint; gas: bigint; what: string },
): Promise<Receipt> {
  if (chain.dryRun) {
    const receipt = await chain.dryRun.pretend({ from: signer.account.address, ...transaction });
    return { ...receipt, tx: null };
  }
  if (chain.sending) {
    const { deliverOnNetwork } = await import('./network/deliver.ts');
    const receipt = await deliverOnNetwork(chain, signer, { ...transaction, what });
    return { ...receipt, tx: receipt.transactionHash };
  }
  const hash = await sendWithFreshNonce(chain, signer, (nonce) =>
    sendTransaction(chain.client, { account: signer.account, ...transaction, nonce }),
  );
  const receipt = await waitForTransactionReceipt(chain.client, { hash });
  return { ...receipt, tx: hash };
}

/**
 * The keys of development accounts are publicly known, under whatever name they come. @throws DEV_KEYS_REFUSED
 */
export function assertMaySign(chain: Chain, signer: Signer): void {
  if (chain.isDevnet || !findDevAccount(signer.account.address)) return;
  const account = signer.name ?? signer.account.address;
  throw new SaharaError('DEV_KEYS_REFUSED', { account, url: chain.rpcUrl });
}

/** Sends with the account's next number, again with a new one where another process took it first. */
async function sendWithFreshNonce(
  chain: Chain,
  signer: Signer,
  send: (nonce: number) => Promise<Hex>,
): Promise<Hex> {
  for (let tries = 1; ; tries++) {
    const nonce = await getTransactionCount(chain.client, {
      address: signer.account.address,
      blockTag: 'pending',
    });
    try {
      return await send(nonce);
    } catch (error) {
      if (
        !/nonce too low|already known|already imported|replacement transaction underpriced/i.test(
          fullMessage(error),
        )
      )
        throw error;
      if (tries === NONCE_TRIES)
        throw new SaharaError(
          'NONCE_CONTENTION',
          { account: signer.name ?? signer.account.address },
          { cause: error },
        );
      await new Promise((r) => setTimeout(r, 10 * tries * (1 + Math.random())));
    }
  }
}

/** True when the protocol refused a call with the named error. */
export function isRevert(error: unknown, name: string): error is SaharaError<'TRANSACTION_REVERTED'> {
  return (
    error instanceof SaharaError &&
    error.id === 'TRANSACTION_REVERTED' &&
    (error.params as { error: string }).error === name
  );
}

async function explain(
  error: unknown,
  chain: Chain,
  signer: Signer,
  contract: string,
  call: string,
  value: bigint,
): Promise<unknown> {
  const isOfNode = error instanceof RpcError;
  if (error instanceof SaharaError || !(error instanceof BaseError || isOfNode)) return error;
  const known = isOfNode ? undefined : error.walk((e) => e instanceof SaharaError);
  if (known) return known;
  const revert = isOfNode ? undefined : error.walk((e) => e instanceof ContractFunctionRevertedError);
  if (revert instanceof ContractFunctionRevertedError && (revert.data || revert.reason || revert.signature)) {
    const name = revert.data?.errorName ?? revert.reason ?? revert.signature ?? 'Unknown';
    const args = (revert.data?.args ?? []).map(String);
    return new SaharaError('TRANSACTION_REVERTED', { contract, call, error: name, args }, { cause: error });
  }
  if (/insufficient funds|exceeds the balance|OutOfFunds/i.test(fullMessage(error))) {
    const { getBalance } = await import('viem/actions');
    const has = await getBalance(chain.client, { address: signer.account.address });
    return new SaharaError(
      'FUNDS_MISSING',
      {
        account: signer.name ?? signer.account.address,
        needed: `${formatSahara(value)} and gas`,
        has: formatSahara(has),
        token: 'SAHARA',
        isDevnet: chain.isDevnet,
      },
      { cause: error },
    );
  }
  if (
    /out of gas|gas required exceeds|intrinsic gas too high|exceeds block gas limit/i.test(fullMessage(error))
  )
    return new SaharaError('GAS_EXCEEDED', { contract, call }, { cause: error });
  return new SaharaError(
    'TRANSACTION_REVERTED',
    { contract, call, error: 'Unknown', args: [isOfNode ? error.message : error.shortMessage] },
    { cause: error },
  );
}

function fullMessage(error: unknown): string {
  const parts: string[] = [];
  for (
    let e = error as { message?: string; details?: string; cause?: unknown } | undefined;
    e;
    e = e.cause as typeof e
  ) {
    parts.push(e.message ?? '', e.details ?? '');
  }
  return parts.join('\n');
}
