import { existsSync, readdirSync } from 'node:fs';
import { type LiveState, readLiveState } from './live-state.ts';
import { DEFAULT_DEVNET, type DevnetPaths, devnetPaths } from './paths.ts';
import { isAlive } from './process-identity.ts';
import { askSupervisor, type ServiceHealth, type SupervisorStatus } from './supervisor-client.ts';

export type DevnetStatus =
  /** `services` is empty when its supervisor lives and is too busy to answer. */
  | { state: 'running'; live: LiveState; services: ServiceHealth[]; stopping: boolean }
  /** `crashed`: it says that it runs, and it does not; what is left of it is in `live`. */
  | { state: 'crashed'; live: LiveState }
  | { state: 'stopped'; hasSavedChain: boolean };

/** How a devnet stands, by its supervisor's own word; a pid or an answering port prove nothing. */
export async function devnetStatus(stateDir: string, name: string = DEFAULT_DEVNET): Promise<DevnetStatus> {
  const paths = devnetPaths(stateDir, name);
  const live = readLiveState(paths);
  if (!live) return { state: 'stopped', hasSavedChain: hasChain(paths) };
  const answer = await askSupervisor<SupervisorStatus>(live.socket, 'GET', '/status');
  if (answer && answer.live.chain.instanceId === live.chain.instanceId)
    return { state: 'running', live: answer.live, services: answer.services, stopping: answer.stopping };
  // A supervisor too busy to answer in time is still one.
  if (isAlive(live.supervisor)) return { state: 'running', live, services: [], stopping: false };
  return { state: 'crashed', live };
}

/** Saved as a whole, or in a journal only, where it was killed before it was ever stopped. */
function hasChain({ chainState, dir }: DevnetPaths): boolean {
  if (existsSync(chainState)) return true;
  return existsSync(dir) && readdirSync(dir).some((name) => name.startsWith('chain-journal-'));
}
