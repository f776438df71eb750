import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import {
  type Abi,
  decodeErrorResult,
  decodeFunctionResult,
  encodeFunctionData,
  erc20Abi,
  type Hex,
  keccak256,
  maxUint256,
  toHex,
} from 'viem';
import { compileSources } from '../../devnet/contracts/compile.ts';
import { startAnvil, type ThrowawayAnvil } from '../../devnet/genesis/throwaway-anvil.ts';
import { accessManagerAbi, deployments, revenueVaultAbi, wsaharaAbi } from '../chain/generated/index.ts';

/**
 * The real vault, with a contract of the tests where it expects its registry. Everything that happens to it is
 * written down first and then played in one `eth_call`: nothing is mined, and nothing of it remains.
 */
export type PlayedVault = AsyncDisposable & {
  anvil: ThrowawayAnvil;
  address: Hex;
  /** Where payments to assets 1 to 99 can be left. */
  inboxes: readonly Hex[];
  begin(): Script;
};

/** What is to happen, each with what must come of it. */
export type Script = {
  /** A call of the vault (or of another contract) that must be done. */
  act(functionName: string, args: readonly unknown[], options?: { value?: bigint; on?: Callee }): void;
  /** A call of the vault that must be refused with this error. */
  refused(functionName: string, args: readonly unknown[], error: Refusal, value?: bigint): void;
  /** A view that must answer this. */
  expect(functionName: string, args: readonly unknown[], answer: unknown, on?: Callee): void;
  /** Plain coins to somebody. */
  send(to: Hex, value: bigint): void;
  /** Plays it; throws at the first answer that is another. @returns how many answers were compared */
  play(): Promise<number>;
};

export type Refusal = { errorName: string; args: readonly unknown[] };
export type Callee = 'vault' | 'registry' | 'wsahara';

type Entry = { to: Hex; value: bigint; data: Hex; check: (answer: Answer) => string | null };
type Answer = { done: boolean; data: Hex };

/** Who governs the genesis state's protocol. */
const ADMIN = '0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266';
const RICH = 1n << 120n;
const GAS = toHex(1n << 40n);

/** @param genesis path of the genesis state whose vault is to be played with */
export async function playVault(genesis: string): Promise<PlayedVault> {
  const { PlayedRegistry: registry } = compileSources({ PlayedRegistry: 'test/utils/PlayedRegistry.sol' });
  const abis: Record<Callee, Abi> = { vault: revenueVaultAbi, registry: registry.abi, wsahara: wsaharaAbi };
  const addresses: Record<Callee, Hex> = {
    vault: deployments.revenueVault,
    registry: deployments.assetRegistry,
    wsahara: deployments.wsahara,
  };
  const anvil = await startAnvil([
    '--init',
    genesis,
    '--hardfork',
    'osaka',
    '--disable-block-gas-limit',
    '--no-request-size-limit',
  ]);
  const { rpc } = anvil;

  async function transact(
    from: Hex,
    to: Hex,
    abi: Abi,
    functionName: string,
    args: readonly unknown[],
    value = 0n,
  ) {
    await rpc('anvil_impersonateAccount', [from]);
    const data = encodeFunctionData({ abi, functionName, args });
    const call = { from, to, data, value: toHex(value), gas: toHex(5_000_000) };
    const hash = await rpc('eth_sendTransaction', [call]);
    while ((await rpc('eth_getTransactionReceipt', [hash])) === null) await sleep(1);
  }

  await rpc('anvil_setCode', [addresses.registry, registry.code]);
  for (const account of [addresses.registry, ADMIN] as const)
    await rpc('anvil_setBalance', [account, toHex(2n * RICH)]);
  await transact(ADMIN, deployments.accessManager, accessManagerAbi, 'grantRole', [
    0n,
    addresses.registry,
    0,
  ]);
  await transact(addresses.registry, addresses.wsahara, wsaharaAbi, 'deposit', [], RICH);
  await transact(addresses.registry, addresses.wsahara, erc20Abi, 'approve', [addresses.vault, maxUint256]);

  async function read(functionName: string, args: readonly unknown[]): Promise<unknown> {
    const data = encodeFunctionData({ abi: abis.vault, functionName, args });
    const answer = await rpc('eth_call', [{ to: addresses.vault, data }, 'latest']);
    return decodeFunctionResult({ abi: abis.vault, functionName, data: answer as Hex });
  }

  function begin(): Script {
    const entries: Entry[] = [];
    const add = (
      on: Callee,
      functionName: string,
      args: readonly unknown[],
      value: bigint,
      check: Entry['check'],
    ) => {
      const data = encodeFunctionData({ abi: abis[on], functionName, args });
      const said = `call ${entries.length + 1}, ${on}.${functionName}(${args.map(String).join(', ')})`;
      entries.push({
        to: addresses[on],
        value,
        data,
        check: (answer) => {
          const wrong = check(answer);
          return wrong === null ? null : `${said}: ${wrong}`;
        },
      });
    };
    return {
      act: (functionName, args, { value = 0n, on = 'vault' } = {}) =>
        add(on, functionName, args, value, (answer) => (answer.done ? null : `refused: ${reason(answer)}`)),
      refused: (functionName, args, error, value = 0n) =>
        add('vault', functionName, args, value, (answer) => {
          if (answer.done) return `done, instead of ${error.errorName}`;
          const wanted = `${error.errorName}(${error.args.join(', ')})`;
          return reason(answer) === wanted ? null : `${reason(answer)}, instead of ${wanted}`;
        }),
      expect: (functionName, args, wanted, on = 'vault') =>
        add(on, functionName, args, 0n, ({ done, data }) => {
          if (!done) return `refused: ${reason({ done, data })}`;
          const found = decodeFunctionResult({ abi: abis[on], functionName, args, data });
          return isDeepStrictEqual(plain(found), plain(wanted))
            ? null
            : `${JSON.stringify(plain(found))}, and the model ${JSON.stringify(plain(wanted))}`;
        }),
      send: (to, value) =>
        entries.push({ to, value, data: '0x', check: ({ done }) => (done ? null : 'coins were refused') }),
      async play() {
        const calls = entries.map(({ to, value, data }) => ({ to, value, data }));
        const data = encodeFunctionData({ abi: abis.registry, functionName: 'play', args: [calls] });
        const answer = await rpc('eth_call', [
          { from: ADMIN, to: addresses.registry, data, gas: GAS },
          'latest',
        ]);
        const answers = decodeFunctionResult({
          abi: abis.registry,
          functionName: 'play',
          data: answer as Hex,
        }) as readonly Answer[];
        if (answers.length !== entries.length) throw new Error('not everything was played');
        for (const [i, entry] of entries.entries()) {
          const wrong = entry.check(answers[i] ?? { done: false, data: '0x' });
          if (wrong !== null) throw new Error(wrong);
        }
        return entries.length;
      },
    };
  }

  const ids = Array.from({ length: 99 }, (_, i) => BigInt(i + 1));
  const inboxes = (await Promise.all(ids.map((id) => read('inboxOf', [id])))) as Hex[];
  return {
    anvil,
    address: addresses.vault,
    inboxes,
    begin,
    [Symbol.asyncDispose]: () => anvil[Symbol.asyncDispose](),
  };
}

/** Some address for a name of the model. */
export function addressOf(name: string): Hex {
  return `0x${keccak256(toHex(`account ${name}`)).slice(-40)}`;
}

/** Numbers as one kind, and addresses in one case. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value === 'number' || typeof value === 'bigint') return `${value}`;
  return typeof value === 'string' ? value.toLowerCase() : value;
}

function reason({ data }: Answer): string {
  if (data === '0x') return 'no reason given';
  try {
    const { errorName, args } = decodeErrorResult({ abi: revenueVaultAbi as Abi, data });
    return `${errorName}(${(args ?? []).join(', ')})`;
  } catch {
    return data;
  }
}
