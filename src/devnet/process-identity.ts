import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { ProcessIdentity } from './live-state.ts';

/** The identity of a running process; null when it is not running. */
export function identify(pid: number): ProcessIdentity | null {
  if (!exists(pid)) return null;
  const started = startTime(pid);
  return started === undefined ? null : { pid, startTime: started };
}

/** True when that very process still runs, not another one that got its pid. */
export function isAlive(identity: ProcessIdentity): boolean {
  const now = identify(identity.pid);
  return now !== null && now.startTime === identity.startTime;
}

/** Ends a process of ours and waits until it is gone: SIGTERM, then SIGKILL after `graceMs`. */
export async function endProcess(identity: ProcessIdentity, graceMs = 3000): Promise<void> {
  for (const [signal, ms] of [
    ['SIGTERM', graceMs],
    ['SIGKILL', 2000],
  ] as const) {
    if (!isAlive(identity)) return;
    try {
      process.kill(identity.pid, signal);
    } catch {
      return;
    }
    for (const until = Date.now() + ms; Date.now() < until && isAlive(identity); )
      await new Promise((r) => setTimeout(r, 20));
  }
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** The fields of /proc/<pid>/stat (proc(5)) after the name, which may hold spaces and brackets. */
const fieldsOf = (stat: string): string[] => stat.slice(stat.lastIndexOf(')') + 2).split(' ');

/** When a process began, by the text of its /proc/<pid>/stat: field 22. */
export const startIn = (stat: string): string | undefined => fieldsOf(stat)[19];

/** Opaque text that differs between two processes with the same pid; null where the system tells none; undefined when gone or a zombie. */
function startTime(pid: number): string | null | undefined {
  try {
    if (process.platform === 'linux') {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      return fieldsOf(stat)[0] === 'Z' ? undefined : (startIn(stat) ?? null);
    }
    if (process.platform === 'win32') return null;
    const out = execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim();
    return out === '' ? undefined : out;
  } catch {
    return undefined;
  }
}
