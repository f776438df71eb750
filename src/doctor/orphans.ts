import { readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import type { LiveState, ProcessIdentity } from '../devnet/live-state.ts';
import type { DevnetPaths } from '../devnet/paths.ts';
import { socketsOf } from '../devnet/sockets.ts';

/** The processes that a supervisor started. */
export function childrenOf({ chain, content }: LiveState): ProcessIdentity[] {
  return [chain.process, ...(content.process ? [content.process] : [])];
}

/**
 * Processes whose command line names this devnet's folder or socket, as our chain, content node and supervisor do.
 * Linux only; elsewhere none.
 */
export function processesOf(stateDir: string, paths: DevnetPaths): { pid: number; name: string }[] {
  if (process.platform !== 'linux') return [];
  const { chain } = socketsOf(paths);
  // As a supervisor's options begin; another devnet of the project has another name.
  const supervised = `"stateDir":${JSON.stringify(stateDir)},"name":${JSON.stringify(basename(paths.dir))},`;
  const isOurs = (args: string[]) =>
    args.includes(paths.contentRepo) ||
    (chain !== null && args.includes(chain)) ||
    args.some((a) => a.startsWith('{') && a.includes(supervised));
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .flatMap((pid) => {
      try {
        const args = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
        return isOurs(args)
          ? [{ pid: Number(pid), name: readFileSync(`/proc/${pid}/comm`, 'utf8').trim() }]
          : [];
      } catch {
        // It is gone, or another user's.
        return [];
      }
    });
}
