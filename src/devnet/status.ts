import { existsSync } from 'node:fs';
import { type LiveState, readLiveState } from './live-state.ts';
import { DEFAULT_DEVNET, devnetPaths } from './paths.ts';
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
  if (!live) return { state: 'stopped', hasSavedChain: existsSync(paths.chainState) };
  const answer = await askSupervisor<SupervisorStatus>(live.socket, 'GET', '/status');
  if (answer && answer.live.chain.instanceId === live.chain.instanceId)
    return { state: 'running', live: answer.live, services: answer.services, stopping: answer.stopping };
  // A supervisor too busy to answer in time is still one.
  if (isAlive(live.supervisor)) return { state: 'running', live, services: [], stopping: false };
  return { state: 'crashed', live };
}
