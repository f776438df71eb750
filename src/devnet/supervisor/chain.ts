import { closeSync, existsSync, fstatSync, openSync, readSync, rmSync } from 'node:fs';
import { SaharaError } from '../../base/errors.ts';
import type { Hex } from '../../base/hex.ts';
import type { ChainLost } from '../chain-lost.ts';
import { headOf } from '../durability/blocks.ts';
import { dumpState, holdBlocks } from '../durability/dump.ts';
import { createDurability, type Durability, readMining } from '../durability/durability.ts';
import { continueJournal, createJournal, type Journal } from '../durability/journal.ts';
import { genesisDigest, genesisPath, miningOf } from '../durability/plan.ts';
import { type Launch, type Recovered, recover } from '../durability/recover.ts';
import { digestOf, journalPath, listJournals, setAside, writeCheckpoint } from '../durability/store.ts';
import type { Base, Mining, Place } from '../durability/types.ts';
import { type ForkInfo, forkInfo } from '../fork/record.ts';
import { type LiveState, readLiveState, removeLiveState } from '../live-state.ts';
import type { DevnetPaths } from '../paths.ts';
import { isPortRace } from '../ports.ts';
import { endProcess, isAlive } from '../process-identity.ts';
import { forkSocketOf } from '../sockets.ts';
import { anvilVersion, noteVersions, readVersions } from '../upgrade/versions.ts';
import { type Anvil, CHAIN_ID, launchAnvil, launchToRecover } from './anvil.ts';
import { openFork } from './fork-chain.ts';
import { jsonRpc } from './json-rpc.ts';
import type { Service } from './service.ts';
import { endSpawned } from './spawned.ts';

export { CHAIN_ID };

export type ChainService = Omit<Service, 'stop'> & {
  /** @param removeSocket false when its place may be another chain's by now */
  stop(removeSocket?: boolean): Promise<void>;
  rpcUrl: string;
  instanceId: Hex;
  genesisHash: Hex;
  /** See `Durability`. */
  commit(): Promise<void>;
  trouble(): string | null;
  /** Of a fork: why its network does not answer; null where it does. */
  originTrouble(): string | null;
  /** Of what network it is a fork; null of any other devnet. */
  fork: ForkInfo | null;
  /**
   * Makes a checkpoint of the whole chain; the former one survives until the new one is complete. From then on no block is
   * made any more, so that nothing can be taken for done which the saved chain does not have.
   *
   * @throws CHAIN_NOT_SAVED; then it goes on making blocks
   */
  save(): Promise<void>;
  /** See `Durability`. */
  withCheckpoint: Durability['withCheckpoint'];
  /** What had to be left behind when it was brought back; null when that was nothing. */
  lost: Omit<ChainLost, 'at'> | null;
};

/** Starts anvil on what there was when it ended, however it ended, or on the genesis where there was nothing. */
export async function startChain(
  paths: DevnetPaths,
  port: number,
  ipc: string | null,
  log: (line: string) => void = () => {},
  /** See `DurabilityOptions`. */
  changed?: () => void,
): Promise<ChainService> {
  const saved = existsSync(paths.chainState);
  let anvil: Anvil | undefined;
  const fork = await openFork(paths);
  const ofFork = fork?.args ?? [];
  try {
    const wrote = readVersions(paths)?.anvil ?? null;
    const ownAnvil = launchToRecover(paths.logs.chain, ofFork, paths);
    const launch: Launch = async (state) => ({
      ...(await ownAnvil(state)),
      assertTold: () => fork?.relay.assertTold(),
    });
    const recovered = await recover(paths, launch, { wrote, present: anvilVersion() });
    if (fork) recovered.state ??= await fork.begin(launch);
    const { journal, lost, replayed } = recovered;
    if (replayed > 0) log(`${replayed} blocks were made again from the journal`);
    if (lost) log(`the chain ${lost.how}`);
    if (recovered.state?.includes(paths.chainState)) assertWhole(paths.chainState);
    if (ipc) rmSync(ipc, { force: true });
    const begun = now();
    const fresh = ['--init', genesisPath(), '--timestamp', String(begun)];
    anvil = await launchAnvil(paths.logs.chain, port, ipc, [...ofFork, ...(recovered.state ?? fresh)], paths);
    const { rpcUrl, service } = anvil;
    const metadata = await jsonRpc<{ instanceId: Hex }>(rpcUrl, 'anvil_metadata', []);
    const genesis =
      fork?.record.block ?? (await jsonRpc<{ hash: Hex }>(rpcUrl, 'eth_getBlockByNumber', ['0x0', false]));
    const head = await headOf(rpcUrl);
    if (lost && recovered.isHeadless) lost.blocks = { from: head.number + 1, to: null };
    const mining = recovered.mining ?? (await readMining(rpcUrl));
    const opened = journal
      ? continueJournal(journal)
      : beginJournal(paths, recovered, { head, mining, begun });
    const durability = createDurability({ paths, rpcUrl, journal: opened, head, mining, log, changed });
    service.takeOutput(durability.watch);
    void service.ended.then(durability.close);
    void service.ended.then(() => fork?.relay.close());
    if (head.number > 0) await reanchorClock(rpcUrl, fork?.record.clockOffset);
    // Calls see the clock of the last block, and the genesis block has a fixed one, years back in the end.
    else await jsonRpc(rpcUrl, 'evm_mine', []);
    await restoreMining(rpcUrl, mining);
    await durability.commit();
    noteVersions(paths, recovered.state === null);
    return {
      ...service,
      async stop(removeSocket = true) {
        durability.close();
        await service.stop();
        await fork?.relay.close();
        // Anvil leaves its socket behind.
        if (ipc && removeSocket) rmSync(ipc, { force: true });
      },
      rpcUrl,
      instanceId: metadata.instanceId,
      genesisHash: genesis.hash,
      commit: durability.commit,
      trouble: durability.trouble,
      originTrouble: () => fork?.relay.trouble() ?? null,
      fork: fork ? forkInfo(fork.record) : null,
      save: () => durability.finish().catch((error) => Promise.reject(notSaved(paths.chainState, error))),
      withCheckpoint: durability.withCheckpoint,
      lost,
    };
  } catch (error) {
    await anvil?.service.stop();
    const failure = fork?.relay.takeFailure();
    await fork?.relay.close();
    if (failure) throw failure;
    if (error instanceof SaharaError) throw error;
    const reason = (error as Error).message;
    // A port that somebody else took says nothing about the saved chain.
    if (saved && !isPortRace(reason) && /state|deserialize|json|EOF/i.test(reason)) {
      const [wrote, present] = [readVersions(paths)?.anvil, anvilVersion()];
      if (wrote && wrote !== present)
        throw new SaharaError('STATE_OTHER_ANVIL', { path: paths.chainState, wrote, present, reason });
      throw new SaharaError('CHAIN_STATE_DAMAGED', { path: paths.chainState, reason }, { cause: error });
    }
    throw new SaharaError(
      'DEVNET_START_FAILED',
      { reason: `the chain (anvil) ${reason}`, log: paths.logs.chain },
      { cause: error },
    );
  }
}

function beginJournal(
  paths: DevnetPaths,
  { state, nextSequence: sequence, lost }: Recovered,
  { head, mining, begun }: { head: Place; mining: Mining; begun: number },
): Journal {
  // What no state belongs to any more is kept to be looked at.
  const { journals, unreadable } = listJournals(paths);
  const old = [...journals.map(({ path }) => path), ...unreadable];
  if (old.length > 0) {
    const aside = setAside(paths, old);
    if (lost) lost.aside = aside;
  }
  const base: Base = state
    ? { kind: 'checkpoint', sha256: digestOf(paths.chainState) ?? '' }
    : { kind: 'genesis', sha256: genesisDigest(), timestamp: begun };
  return createJournal(journalPath(paths, sequence), {
    t: 'header',
    format: 1,
    sequence,
    base,
    continues: false,
    head,
    mining,
  });
}

async function restoreMining(rpcUrl: string, { automine, intervalSeconds }: Mining): Promise<void> {
  if (intervalSeconds) await jsonRpc(rpcUrl, 'evm_setIntervalMining', [intervalSeconds]);
  else if (!automine) await jsonRpc(rpcUrl, 'evm_setAutomine', [false]);
}

function notSaved(path: string, error: unknown): SaharaError<'CHAIN_NOT_SAVED'> {
  return new SaharaError('CHAIN_NOT_SAVED', { path, reason: (error as Error).message }, { cause: error });
}

/** A checkpoint of a chain that another supervisor's journal belongs to. @throws CHAIN_NOT_SAVED */
async function saveOrphan(paths: DevnetPaths, rpcUrl: string): Promise<void> {
  let release: (() => Promise<void>) | undefined;
  try {
    const now = await readMining(rpcUrl);
    // Blocks are held while a chain is saved: its supervisor may have died just then. How they are made is in the journal.
    const isHeld = !now.automine && now.intervalSeconds === null;
    const mining = (isHeld && miningOf(listJournals(paths).journals.at(-1))) || now;
    release = await holdBlocks(rpcUrl);
    const state = await dumpState(rpcUrl);
    const sequence = (listJournals(paths).journals.at(-1)?.header.sequence ?? -1) + 1;
    writeCheckpoint(paths, state, { sequence, continues: false, head: await headOf(rpcUrl), mining }).close();
  } catch (error) {
    await release?.().catch(() => {});
    throw notSaved(paths.chainState, error);
  }
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
  if (!left) return endSpawned(paths);
  const answers = isAlive(left.chain.process) && (await isOurs(left.chain));
  if (answers && keep) await saveOrphan(paths, left.chain.rpcUrl);
  await endProcess(left.chain.process);
  if (left.content.process) await endProcess(left.content.process);
  await endSpawned(paths);
  if (process.platform !== 'win32')
    for (const socket of [left.socket, left.chain.ipc, forkSocketOf(paths)])
      if (socket) rmSync(socket, { force: true });
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
 *
 * @param offset how far it was behind when it began, of a fork of an old block. Seconds
 */
async function reanchorClock(rpcUrl: string, offset?: number): Promise<void> {
  const head = await jsonRpc<{ timestamp: Hex }>(rpcUrl, 'eth_getBlockByNumber', ['latest', false]);
  const ahead = Number(head.timestamp) - now();
  // A fork's anvil begins with the time of its block, and not with that of this machine.
  if (offset !== undefined) await jsonRpc(rpcUrl, 'evm_setTime', [now() + Math.max(offset, ahead + 1)]);
  else if (ahead >= 0) await jsonRpc(rpcUrl, 'evm_increaseTime', [ahead + 1]);
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
