import { closeSync, existsSync, fstatSync, openSync, readSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { writeFileAtomic } from '../../base/atomic-file.ts';
import { SaharaError } from '../../base/errors.ts';
import { fromHex, type Hex } from '../../base/hex.ts';
import { markChainLost } from '../chain-lost.ts';
import { type LiveState, readLiveState, removeLiveState } from '../live-state.ts';
import type { DevnetPaths } from '../paths.ts';
import { isPortRace } from '../ports.ts';
import { endProcess, isAlive } from '../process-identity.ts';
import { anvilBinary, toolkitRoot } from '../toolkit.ts';
import { jsonRpc } from './json-rpc.ts';
import { type Service, spawnService } from './service.ts';

/** What wallets and tools take for a local chain; never the public testnet's own id, as signatures would be valid on both. */
export const CHAIN_ID = 31337;

const START_TIMEOUT_MS = 15_000;
/** For anvil to dump a chain, which grows with what is on it. */
const SAVE_TIMEOUT_MS = 120_000;

export type ChainService = Omit<Service, 'stop'> & {
  /** @param removeSocket false when its place may be another chain's by now */
  stop(removeSocket?: boolean): Promise<void>;
  rpcUrl: string;
  instanceId: Hex;
  genesisHash: Hex;
  /**
   * Writes the whole chain to disk; the former state survives until the new one is complete. From then on no block is
   * made any more, so that nothing can be taken for done which the saved chain does not have.
   *
   * @throws CHAIN_NOT_SAVED; then it goes on making blocks
   */
  save(): Promise<void>;
};

/** Starts anvil on the saved chain, or on the genesis where there is none. */
export async function startChain(
  paths: DevnetPaths,
  port: number,
  ipc: string | null,
): Promise<ChainService> {
  const saved = existsSync(paths.chainState);
  if (saved) assertWhole(paths.chainState);
  const state = saved
    ? ['--load-state', paths.chainState]
    : ['--init', join(toolkitRoot(), 'devnet', 'genesis', 'genesis.json'), '--timestamp', String(now())];
  const listen = ['--host', '127.0.0.1', '--port', String(port), ...(ipc ? ['--ipc', ipc] : [])];
  const service = spawnService(
    anvilBinary(),
    [...listen, '--chain-id', String(CHAIN_ID), '--no-request-size-limit', ...state],
    paths.logs.chain,
  );
  try {
    // Anvil's own word, not an answer on the port: another anvil may be listening there.
    const [, address] = await service.firstLine(/Listening on (127\.0\.0\.1:\d+)/, START_TIMEOUT_MS);
    const rpcUrl = `http://${address}`;
    const metadata = await jsonRpc<{ instanceId: Hex }>(rpcUrl, 'anvil_metadata', []);
    const genesis = await jsonRpc<{ hash: Hex }>(rpcUrl, 'eth_getBlockByNumber', ['0x0', false]);
    // It would log each call, without end.
    await jsonRpc(rpcUrl, 'anvil_setLoggingEnabled', [false]);
    if (saved) await reanchorClock(rpcUrl);
    // Calls see the clock of the last block, and the genesis block has a fixed one, years back in the end.
    else await jsonRpc(rpcUrl, 'evm_mine', []);
    return {
      ...service,
      async stop(removeSocket = true) {
        await service.stop();
        // Anvil leaves its socket behind.
        if (ipc && removeSocket) rmSync(ipc, { force: true });
      },
      rpcUrl,
      instanceId: metadata.instanceId,
      genesisHash: genesis.hash,
      save: () => saveChain(rpcUrl, paths.chainState),
    };
  } catch (error) {
    await service.stop();
    const reason = (error as Error).message;
    // A port that somebody else took says nothing about the saved chain.
    if (saved && !isPortRace(reason) && /state|deserialize|json|EOF/i.test(reason))
      throw new SaharaError('CHAIN_STATE_DAMAGED', { path: paths.chainState, reason }, { cause: error });
    throw new SaharaError(
      'DEVNET_START_FAILED',
      { reason: `the chain (anvil) ${reason}`, log: paths.logs.chain },
      { cause: error },
    );
  }
}

async function saveChain(rpcUrl: string, path: string): Promise<void> {
  let release: (() => Promise<void>) | undefined;
  try {
    release = await holdBlocks(rpcUrl);
    const bytes = fromHex(await jsonRpc<Hex>(rpcUrl, 'anvil_dumpState', [], SAVE_TIMEOUT_MS));
    const gzipped = bytes[0] === 0x1f && bytes[1] === 0x8b;
    writeFileAtomic(path, gzipped ? gunzipSync(bytes) : bytes);
  } catch (error) {
    await release?.().catch(() => {});
    throw new SaharaError('CHAIN_NOT_SAVED', { path, reason: (error as Error).message }, { cause: error });
  }
}

/**
 * Ends the making of blocks, and returns what begins it again. Anvil dumps its blocks first and its accounts after
 * them: a block made meanwhile would be half in the dump.
 */
async function holdBlocks(rpcUrl: string): Promise<() => Promise<void>> {
  const interval = await jsonRpc<number | null>(rpcUrl, 'anvil_getIntervalMining', []);
  const isInstant = await jsonRpc<boolean>(rpcUrl, 'anvil_getAutomine', []);
  await jsonRpc(rpcUrl, 'evm_setIntervalMining', [0]);
  // A transaction waits until its block is complete, and one block is made after the other: when this one is, all are.
  const { pending } = await jsonRpc<{ pending: Hex }>(rpcUrl, 'txpool_status', []);
  if (BigInt(pending) > 0n) await jsonRpc(rpcUrl, 'evm_mine', [], SAVE_TIMEOUT_MS);
  return async () => {
    if (isInstant) await jsonRpc(rpcUrl, 'evm_setAutomine', [true]);
    else if (interval) await jsonRpc(rpcUrl, 'evm_setIntervalMining', [interval]);
  };
}

/**
 * What a dead supervisor left running. The chain, if it is still ours and answers, is saved first:
 * anvil outlives its parent, and holds everything since the last save.
 *
 * @param keep false when the chain is about to be removed: then it is not saved
 * @throws CHAIN_NOT_SAVED when it answers and cannot be saved; then all is left as it was, to try again
 */
export async function endOrphans(paths: DevnetPaths, keep = true): Promise<void> {
  const left = readLiveState(paths);
  if (!left) return;
  const answers = isAlive(left.chain.process) && (await isOurs(left.chain));
  if (answers && keep) await saveChain(left.chain.rpcUrl, paths.chainState);
  if (!answers) markChainLost(paths, 'ended with its supervisor, or did not answer any more');
  await endProcess(left.chain.process);
  if (left.content.process) await endProcess(left.content.process);
  if (process.platform !== 'win32')
    for (const socket of [left.socket, left.chain.ipc]) if (socket) rmSync(socket, { force: true });
  removeLiveState(paths);
}

async function isOurs({ rpcUrl, instanceId }: LiveState['chain']): Promise<boolean> {
  try {
    return (await jsonRpc<{ instanceId: Hex }>(rpcUrl, 'anvil_metadata', [])).instanceId === instanceId;
  } catch {
    // A chain that does not answer cannot be saved.
    return false;
  }
}

/**
 * Anvil 1.7.1 takes the wall clock after a reload, so that a chain which had been moved ahead in time
 * would run backwards, and expired licences would live again. The next block follows the saved head.
 */
async function reanchorClock(rpcUrl: string): Promise<void> {
  const head = await jsonRpc<{ timestamp: Hex }>(rpcUrl, 'eth_getBlockByNumber', ['latest', false]);
  const ahead = Number(head.timestamp) - now();
  if (ahead >= 0) await jsonRpc(rpcUrl, 'evm_increaseTime', [ahead + 1]);
}

/** Unix time in seconds. */
function now(): number {
  return Math.floor(Date.now() / 1000);
}

/** A cheap check that the file was not cut off; anvil's own message for it is a riddle. */
export function assertWhole(path: string): void {
  const file = openSync(path, 'r');
  try {
    const { size } = fstatSync(file);
    const ends = Buffer.alloc(2);
    if (size > 2) {
      readSync(file, ends, 0, 1, 0);
      readSync(file, ends, 1, 1, size - 1);
    }
    if (ends.toString() !== '{}')
      throw new SaharaError('CHAIN_STATE_DAMAGED', { path, reason: 'it is cut short' });
  } finally {
    closeSync(file);
  }
}
