import type { Launch } from '../durability/recover.ts';
import type { DevnetPaths } from '../paths.ts';
import { anvilBinary } from '../toolkit.ts';
import { jsonRpc } from './json-rpc.ts';
import { type Spawned, spawnService } from './service.ts';
import { notedCommand } from './spawned.ts';

/** What wallets and tools take for a local chain; never the public testnet's own id, as signatures would be valid on both. */
export const CHAIN_ID = 31337;

/**
 * Blocks whose state can be asked for, as with a full node of go-ethereum. By default anvil writes the whole state of
 * each of the last 3,600 blocks into a folder below the home folder, and leaves that there when it ends: a megabyte a
 * block on a new chain, and making a block takes three times as long.
 */
const STATES_KEPT = 128;

/** A chain that grew large takes long to load. */
const START_TIMEOUT_MS = 60_000;

export type Anvil = { service: Spawned; rpcUrl: string };

/**
 * Starts anvil, and returns when it listens.
 *
 * @param state its arguments about the state
 * @param owner the devnet that ends it should whoever starts it be killed; left out: nobody does
 */
export async function launchAnvil(
  log: string,
  port: number,
  ipc: string | null,
  state: readonly string[],
  owner?: DevnetPaths,
): Promise<Anvil> {
  const listen = ['--host', '127.0.0.1', '--port', String(port), ...(ipc ? ['--ipc', ipc] : [])];
  const args = [
    ...listen,
    '--chain-id',
    String(CHAIN_ID),
    '--no-request-size-limit',
    '--prune-history',
    String(STATES_KEPT),
    ...state,
  ];
  const anvil = anvilBinary();
  const service = spawnService(...(owner ? notedCommand(owner, anvil, args) : ([anvil, args] as const)), log);
  try {
    // Anvil's own word, not an answer on the port: another anvil may be listening there.
    const [, address] = await service.firstLine(/Listening on (127\.0\.0\.1:\d+)/, START_TIMEOUT_MS);
    return { service, rpcUrl: `http://${address}` };
  } catch (error) {
    await service.stop();
    throw error;
  }
}

/** An anvil on a port that nobody knows, to bring a chain back in. @param args before those of its state */
export const launchToRecover =
  (log: string, args: readonly string[] = [], owner?: DevnetPaths): Launch =>
  async (state) => {
    const { rpcUrl, service } = await launchAnvil(log, 0, null, [...args, ...state], owner);
    await jsonRpc(rpcUrl, 'anvil_setLoggingEnabled', [false]);
    return { rpcUrl, stop: service.stop };
  };
