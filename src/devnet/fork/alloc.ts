import { readFileSync } from 'node:fs';
import { writeFileAtomic } from '../../base/atomic-file.ts';
import type { Hex } from '../../base/hex.ts';
import { wellKnownContracts } from '../../chain/generated/deployments.ts';
import { genesisPath } from '../durability/plan.ts';
import { jsonRpc } from '../supervisor/json-rpc.ts';
import type { ForkRecord } from './record.ts';

type Entry = { balance: Hex; nonce?: Hex; code?: Hex; storage?: Record<Hex, Hex> };
type Genesis = { alloc: Record<Hex, Entry> };

const WELL_KNOWN = new Set<string>(Object.values(wellKnownContracts).map((address) => address.toLowerCase()));

/** Asking a network takes its time. Milliseconds. */
const TIMEOUT_MS = 120_000;

/**
 * Writes a genesis for anvil's --init with what a fork has besides the state of its network: the development accounts
 * with their balances, and the protocol where the network has none.
 *
 * The accounts keep the nonces that they have on the network, as addresses of contracts follow from them. Code on
 * them goes: their keys are public, and on many networks somebody has delegated them to a contract that takes
 * whatever is sent to them (EIP-7702).
 *
 * @param rpcUrl an anvil that has the state of the network
 */
export async function writeForkGenesis(path: string, rpcUrl: string, fork: ForkRecord): Promise<void> {
  const genesis = JSON.parse(readFileSync(genesisPath(), 'utf8')) as Genesis;
  const at = `0x${fork.block.number.toString(16)}`;
  const ask = (method: string, address: string) => jsonRpc<Hex>(rpcUrl, method, [address, at], TIMEOUT_MS);
  const alloc: Genesis['alloc'] = {};
  await Promise.all(
    Object.entries(genesis.alloc).map(async ([key, entry]) => {
      const address = key as Hex;
      if (!entry.code) alloc[address] = { ...entry, nonce: await ask('eth_getTransactionCount', address) };
      else if (WELL_KNOWN.has(address.toLowerCase())) {
        if ((await ask('eth_getCode', address)) === '0x') alloc[address] = entry;
      } else if (fork.protocol === 'put there') alloc[address] = entry;
    }),
  );
  writeFileAtomic(path, JSON.stringify({ ...genesis, alloc }));
}
