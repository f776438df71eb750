import { join } from 'node:path';
import { DEFAULT_DEVNET } from '../config/devnet-name.ts';

export { DEFAULT_DEVNET };

export type DevnetPaths = {
  dir: string;
  /** What is running, for as long as it runs. */
  live: string;
  /** Held by the one supervisor of this devnet. */
  lock: string;
  /** The chain as it was when the devnet last stopped. */
  chainState: string;
  /** What the next start has to tell: that the chain ended without having been saved. */
  chainLost: string;
  contentRepo: string;
  kuboRepo: string;
  logs: { supervisor: string; chain: string; content: string };
};

/** Where a devnet of a project keeps everything. The name is part of the path: see `assertDevnetName`. */
export function devnetPaths(stateDir: string, name: string = DEFAULT_DEVNET): DevnetPaths {
  const dir = join(stateDir, 'devnet', name);
  return {
    dir,
    live: join(dir, 'live.json'),
    lock: join(dir, 'supervisor.lock'),
    chainState: join(dir, 'chain-state.json'),
    chainLost: join(dir, 'chain-lost.json'),
    contentRepo: join(dir, 'content'),
    kuboRepo: join(dir, 'kubo'),
    logs: {
      supervisor: join(dir, 'logs', 'supervisor.log'),
      chain: join(dir, 'logs', 'chain.log'),
      content: join(dir, 'logs', 'content.log'),
    },
  };
}
