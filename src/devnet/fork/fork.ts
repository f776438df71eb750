import { SaharaError } from '../../base/errors.ts';
import { stateFolder } from '../../config/index.ts';
import { type ForeseenStart, foreseeStart } from '../foresee.ts';
import { DEFAULT_DEVNET, devnetPaths } from '../paths.ts';
import { type Started, type StartOptions, startDevnet } from '../start.ts';
import { type DevnetStatus, devnetStatus } from '../status.ts';
import { inspectOrigin } from './inspect.ts';
import { parseOriginUrl } from './origin-url.ts';
import { type ForkInfo, type ForkRecord, forkInfo, readFork, removeFork, writeFork } from './record.ts';

export type ForkOptions = StartOptions & {
  /** JSON-RPC of the network over HTTP(S); it may have secrets in it. */
  url: string;
  /** Number of the block; null for the newest. */
  block: number | null;
};

/**
 * Starts a devnet that begins with the state of a live network, under our own chain id. For the network and block of the
 * fork that is there already it goes on with that, by the URL given now.
 *
 * @throws FORK_OCCUPIED, and what `inspectOrigin` and `startDevnet` throw; then nothing is left of it
 */
export async function forkDevnet(options: ForkOptions): Promise<Started & { fork: ForkInfo }> {
  const { record, before, status } = await plan(options);
  const name = options.name ?? DEFAULT_DEVNET;
  const paths = devnetPaths(options.stateDir, name);
  if (status.state !== 'running') {
    stateFolder(options.stateDir, ['devnet', name]);
    writeFork(paths, record);
  }
  try {
    return { ...(await startDevnet(options)), fork: forkInfo(record) };
  } catch (error) {
    // The next start must not take for a fork what has never begun, and must not take for none what has.
    const now = await devnetStatus(options.stateDir, name);
    if (!before && !holdsSomething(now)) removeFork(paths);
    throw error;
  }
}

/** What that would come to; starts nothing and writes nothing. @throws as `forkDevnet` */
export async function foreseeFork(
  options: ForkOptions,
): Promise<(Started | ForeseenStart) & { fork: ForkInfo }> {
  const { record } = await plan(options);
  return { ...(await foreseeStart(options)), fork: forkInfo(record) };
}

async function plan({ url, block, stateDir, name = DEFAULT_DEVNET }: ForkOptions) {
  // What was mistyped is told before anything else.
  parseOriginUrl(url);
  const status = await devnetStatus(stateDir, name);
  const before = readFork(devnetPaths(stateDir, name));
  if (!before && holdsSomething(status))
    throw new SaharaError('FORK_OCCUPIED', { name, holds: 'a chain of its own' });
  const found = await inspectOrigin(url, before && block === null ? before.block.number : block);
  if (before && !isSame(before, found))
    throw new SaharaError('FORK_OCCUPIED', {
      name,
      holds: `a fork of ${before.url} at block ${before.block.number}`,
    });
  // Whatever the network has become since: the fork is what it was made.
  const record: ForkRecord = before ? { ...before, url: found.url, secretUrl: found.secretUrl } : found;
  return { record, before, status };
}

const holdsSomething = (status: DevnetStatus): boolean => status.state !== 'stopped' || status.hasSavedChain;

const isSame = (a: ForkRecord, b: ForkRecord): boolean =>
  a.chainId === b.chainId && a.block.number === b.block.number && a.block.hash === b.block.hash;
