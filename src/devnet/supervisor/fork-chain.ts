import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { writeFileAtomic } from '../../base/atomic-file.ts';
import { dumpState } from '../durability/dump.ts';
import type { Launch } from '../durability/recover.ts';
import { writeForkGenesis } from '../fork/alloc.ts';
import { type ForkRecord, readFork } from '../fork/record.ts';
import type { Relay } from '../fork/relay.ts';
import type { DevnetPaths } from '../paths.ts';

/** What the chain of a fork needs besides that of any devnet. */
export type ForkChain = {
  record: ForkRecord;
  relay: Relay;
  /** Anvil's arguments. */
  args: string[];
  /** The state that it begins with, as the first checkpoint. @returns anvil's arguments for it */
  begin(launch: Launch): Promise<string[]>;
};

/** Undefined of a devnet that is no fork. @throws FORK_CHANGED */
export async function openFork(paths: DevnetPaths): Promise<ForkChain | undefined> {
  const record = readFork(paths);
  if (!record) return undefined;
  const relay = await (await import('../fork/relay.ts')).openRelay(paths, record);
  const args = [
    ...['--fork-url', relay.socket, '--fork-block-number', String(record.block.number)],
    // The relay keeps what was answered, and asks again what was not.
    ...['--no-storage-caching', '--no-rate-limit', '--retries', '0'],
  ];
  try {
    await relay.check();
  } catch (error) {
    await relay.close();
    throw error;
  }
  return { record, relay, args, begin: (launch) => begin(paths, record, relay, launch) };
}

async function begin(
  paths: DevnetPaths,
  record: ForkRecord,
  relay: Relay,
  launch: Launch,
): Promise<string[]> {
  const genesis = join(paths.dir, 'fork-genesis.json');
  const fail = (error: unknown) => Promise.reject(relay.takeFailure() ?? error);
  try {
    const plain = await launch(['--no-mining']).catch(fail);
    await writeForkGenesis(genesis, plain.rpcUrl, record)
      .catch(fail)
      .finally(() => plain.stop());
    const anvil = await launch(['--init', genesis, '--no-mining']).catch(fail);
    try {
      writeFileAtomic(paths.chainState, await dumpState(anvil.rpcUrl));
    } finally {
      await anvil.stop();
    }
    const failure = relay.takeFailure();
    if (failure) throw failure;
  } finally {
    rmSync(genesis, { force: true });
  }
  return ['--load-state', paths.chainState];
}
