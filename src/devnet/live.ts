import { type LiveState, readLiveState } from './live-state.ts';
import { DEFAULT_DEVNET, devnetPaths } from './paths.ts';

/** The live state of a devnet that is up, without asking anybody: for commands that will notice by themselves. */
export function liveDevnet(stateDir: string, name: string = DEFAULT_DEVNET): LiveState | undefined {
  return readLiveState(devnetPaths(stateDir, name));
}
