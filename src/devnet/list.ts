import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DEVNET_NAME } from '../config/devnet-name.ts';
import { type ForkInfo, forkInfo, readFork } from './fork/record.ts';
import { devnetPaths } from './paths.ts';
import { type DevnetStatus, devnetStatus } from './status.ts';

/** One of a project's devnets. Addresses are null where it does not run. */
export type ListedDevnet = {
  name: string;
  /** True of the one that commands mean here. */
  selected: boolean;
  state: DevnetStatus['state'];
  rpcUrl: string | null;
  contentApi: string | null;
  gateway: string | null;
  /** The URL that answers with 200 when it is ready. */
  ready: string | null;
  /** When it was started (ISO 8601); null where it does not run. */
  startedAt: string | null;
  /** Which network it began with; null where it is no fork. */
  fork: ForkInfo | null;
  /** What its folder holds on disk, bytes. */
  bytes: number;
};

/**
 * The devnets that a project has a folder of, by name, and the selected one, which may have none yet.
 *
 * @param selected the name that commands mean here
 */
export async function listDevnets(stateDir: string, selected: string): Promise<ListedDevnet[]> {
  const names = new Set([...devnetNames(stateDir), selected]);
  return Promise.all(
    [...names].sort().map(async (name) => {
      const status = await devnetStatus(stateDir, name);
      const live = status.state === 'running' ? status.live : null;
      return {
        name,
        selected: name === selected,
        state: status.state,
        rpcUrl: live?.chain.rpcUrl ?? null,
        contentApi: live?.content.api ?? null,
        gateway: live?.content.gateway ?? null,
        ready: live?.ready ?? null,
        startedAt: live?.startedAt ?? null,
        fork: forkOf(stateDir, name),
        bytes: bytesOf(devnetPaths(stateDir, name).dir),
      };
    }),
  );
}

/** Also of one that does not run. */
function forkOf(stateDir: string, name: string): ForkInfo | null {
  try {
    const record = readFork(devnetPaths(stateDir, name));
    return record ? forkInfo(record) : null;
  } catch {
    // Starting it says what is wrong with it.
    return null;
  }
}

/** Names of the devnets that were started here and not reset since. */
export function devnetNames(stateDir: string): string[] {
  const folder = join(stateDir, 'devnet');
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && DEVNET_NAME.test(entry.name))
    .map((entry) => entry.name)
    .sort();
}

function bytesOf(folder: string): number {
  let total = 0;
  try {
    for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true }))
      if (entry.isFile())
        total += statSync(join(entry.parentPath, entry.name), { throwIfNoEntry: false })?.size ?? 0;
  } catch {
    // A folder that goes while it is read has no size any more.
  }
  return total;
}
