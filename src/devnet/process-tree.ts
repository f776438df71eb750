import type { ChildProcess } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import type { ProcessIdentity } from './live-state.ts';
import { identify, isAlive } from './process-identity.ts';

/**
 * Ends a child and what it has started: SIGTERM, and SIGKILL for what still runs after `graceMs`. Beyond Linux only
 * the child itself, as nobody tells cheaply whose children there are.
 */
export async function endTree(child: ChildProcess, graceMs: number): Promise<void> {
  const { pid } = child;
  if (pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const all = treeOf(pid);
  if (graceMs > 0) {
    for (const one of all) kill(one, 'SIGTERM');
    for (const until = Date.now() + graceMs; Date.now() < until && all.some(isAlive); )
      await new Promise((r) => setTimeout(r, 20));
  }
  // What was started meanwhile, too.
  for (const one of [...treeOf(pid), ...all]) kill(one, 'SIGKILL');
}

/** A process and its descendants, those first that were started first. */
function treeOf(pid: number): ProcessIdentity[] {
  const parents = process.platform === 'linux' ? parentsOfAll() : new Map<number, number>();
  const pids = [pid];
  for (const one of pids) for (const [child, parent] of parents) if (parent === one) pids.push(child);
  return pids.flatMap((one) => identify(one) ?? []);
}

function parentsOfAll(): Map<number, number> {
  return new Map(
    readdirSync('/proc').flatMap((name): [number, number][] => {
      if (!/^\d+$/.test(name)) return [];
      try {
        // Field 4 of /proc/<pid>/stat (proc(5)), counted after the name, which may hold spaces and brackets.
        const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
        return [[Number(name), Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])]];
      } catch {
        return [];
      }
    }),
  );
}

function kill(one: ProcessIdentity, signal: NodeJS.Signals): void {
  try {
    if (isAlive(one)) process.kill(one.pid, signal);
  } catch {
    // It has just ended.
  }
}
