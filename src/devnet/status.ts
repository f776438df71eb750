import { existsSync, readdirSync } from 'node:fs';
import { assertDevnetName } from '../config/devnet-name.ts';
import { type LastEnd, readLastEnd } from './last-end.ts';
import { type LiveState, readLiveState } from './live-state.ts';
import { DEFAULT_DEVNET, type DevnetPaths, devnetPaths } from './paths.ts';
import { isPortFree, portOwner } from './ports.ts';
import { identify, isAlive } from './process-identity.ts';
import { askSupervisor, type ServiceHealth, type SupervisorStatus } from './supervisor-client.ts';

export type DevnetStatus =
  /** `services` is empty when its supervisor lives and is too busy to answer. */
  | { state: 'running'; live: LiveState; services: ServiceHealth[]; stopping: boolean }
  /** A supervisor (`pid`) has the lock and has not said yet that it runs, or has said that it ends. */
  | { state: 'starting'; pid: number }
  | Left
  | {
      state: 'stopped';
      hasSavedChain: boolean /** Why it ended by itself; only where it did. */;
      ended?: LastEnd;
    };

/** It says that it runs, and its supervisor does not. What it said is in `live`; the next start or stop clears it away. */
export type Left =
  /** The supervisor was killed. Where the chain still runs, what is on it can be saved. */
  | { state: 'crashed'; live: LiveState; chainRuns: boolean }
  /** Nothing of it runs: the record was left by a kill of everything, or by an earlier boot of this machine. */
  | { state: 'stale'; live: LiveState /** Its pid is another process by now. */; pidReused: boolean }
  /** Nothing of it runs, and on the chain's port listens somebody else: `owner` as "name (pid 123)", null where nobody tells. */
  | { state: 'foreign'; live: LiveState; owner: string | null };

/** True of a devnet that did not stop in good order, and left its record behind. */
export function isLeft(status: DevnetStatus): status is Left {
  return status.state === 'crashed' || status.state === 'stale' || status.state === 'foreign';
}

/**
 * How a devnet stands, by its supervisor's own word; a pid or an answering port prove nothing.
 *
 * @throws DEVNET_NAME_INVALID
 */
export async function devnetStatus(stateDir: string, name: string = DEFAULT_DEVNET): Promise<DevnetStatus> {
  await assertDevnetName(name);
  const paths = devnetPaths(stateDir, name);
  const live = readLiveState(paths);
  if (!live) {
    const pid = existsSync(paths.lock) ? await starterOf(paths.lock) : undefined;
    if (pid !== undefined) return { state: 'starting', pid };
    const ended = readLastEnd(paths);
    return { state: 'stopped', hasSavedChain: hasChain(paths), ...(ended ? { ended } : {}) };
  }
  const answer = await askSupervisor<SupervisorStatus>(live.socket, 'GET', '/status');
  if (answer && answer.live.chain.instanceId === live.chain.instanceId)
    return { state: 'running', live: answer.live, services: answer.services, stopping: answer.stopping };
  // A supervisor too busy to answer in time is still one.
  if (isAlive(live.supervisor)) return { state: 'running', live, services: [], stopping: false };
  return leftOf(live);
}

/** Loaded only where there is a lock and no record: hardly ever. */
async function starterOf(lock: string): Promise<number | undefined> {
  const { lockHolder } = await import('./supervisor/lock.ts');
  return lockHolder(lock)?.pid;
}

async function leftOf(live: LiveState): Promise<Left> {
  const chainRuns = isAlive(live.chain.process);
  if (chainRuns || (live.content.process && isAlive(live.content.process)))
    return { state: 'crashed', live, chainRuns };
  const port = Number(new URL(live.chain.rpcUrl).port);
  // Ours would be the process that the record names, by its start time, whatever it answers.
  if (!(await isPortFree(port))) return { state: 'foreign', live, owner: portOwner(port) };
  return { state: 'stale', live, pidReused: identify(live.supervisor.pid) !== null };
}

/** Saved as a whole, or in a journal only, where it was killed before it was ever stopped. */
function hasChain({ chainState, dir }: DevnetPaths): boolean {
  if (existsSync(chainState)) return true;
  return existsSync(dir) && readdirSync(dir).some((name) => name.startsWith('chain-journal-'));
}
