import { readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import type { LiveState, ProcessIdentity } from '../devnet/live-state.ts';
import type { DevnetPaths } from '../devnet/paths.ts';
import { identify, isAlive } from '../devnet/process-identity.ts';
import { socketsOf } from '../devnet/sockets.ts';
import { rpc } from './ask.ts';

/** The processes that a supervisor started. */
export function childrenOf({ chain, content }: LiveState): ProcessIdentity[] {
  return [chain.process, ...(content.process ? [content.process] : [])];
}

/** A process of a devnet that its record does not name. */
export type Stray = { process: ProcessIdentity; pid: number; name: string };

/**
 * Processes whose command line names this devnet's folder or socket, as our chain, content node and supervisor do.
 * Linux only; elsewhere none.
 */
export function processesOf(stateDir: string, paths: DevnetPaths): Stray[] {
  if (process.platform !== 'linux') return [];
  const { chain } = socketsOf(paths);
  // As a supervisor's options begin; another devnet of the project has another name.
  const supervised = `"stateDir":${JSON.stringify(stateDir)},"name":${JSON.stringify(basename(paths.dir))},`;
  const isOurs = (args: string[]) =>
    args.includes(paths.chainState) ||
    args.includes(paths.contentRepo) ||
    (chain !== null && args.includes(chain)) ||
    args.some((a) => a.startsWith('{') && a.includes(supervised));
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .flatMap((pid) => {
      try {
        const args = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
        const process = isOurs(args) ? identify(Number(pid)) : null;
        if (!process) return [];
        return [{ process, pid: process.pid, name: readFileSync(`/proc/${pid}/comm`, 'utf8').trim() }];
      } catch {
        // It is gone, or another user's.
        return [];
      }
    });
}

/**
 * True of a process whose supervisor is gone: each supervisor begins a session of its own, whose number is its pid, and
 * what it starts stays in that session.
 */
export function isOrphaned({ pid }: Stray): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // Field 6 of /proc/<pid>/stat (proc(5)), counted after the name, which may hold spaces and brackets.
    const session = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[3]);
    return session > 1 && session !== pid && identify(session) === null;
  } catch {
    return false;
  }
}

/** True when nothing would be lost: the chain answers as ours and can be saved, or is gone already. */
export async function isSafeToEnd({ chain }: LiveState, signal: AbortSignal): Promise<boolean> {
  if (!isAlive(chain.process)) return true;
  // Without start times a pid may be anybody's by now.
  if (chain.process.startTime === null) return false;
  const metadata = await rpc<{ instanceId: string }>(chain.rpcUrl, 'anvil_metadata', [], signal).catch(
    () => undefined,
  );
  return metadata?.instanceId === chain.instanceId;
}
