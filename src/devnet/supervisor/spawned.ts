import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { ProcessIdentity } from '../live-state.ts';
import type { DevnetPaths } from '../paths.ts';
import { endProcess, isAlive, startIn } from '../process-identity.ts';

/*
 * What runs is told by `live.json`, but only once it answers. A supervisor that is killed while a chain starts would
 * leave one that nobody knows: anvil outlives its parent. So each writes itself down, before it becomes what it is to be:
 * had its parent to do that, it could be killed between the two.
 */

const fileOf = ({ dir }: DevnetPaths): string => join(dir, 'spawned');

/** A shell's process id and start stay those of the program that takes its place. On a full disk it runs all the same. */
const NOTE =
  '{ if read -r s </proc/$$/stat; then echo "$s"; else echo "$$ $(ps -o lstart= -p $$)"; fi >>"$0"; } 2>/dev/null; exec "$@"';

/** The command that runs a program of this devnet, and has it written down from its first moment. */
export function notedCommand(paths: DevnetPaths, file: string, args: readonly string[]): [string, string[]] {
  if (process.platform === 'win32') return [file, [...args]];
  return ['/bin/sh', ['-c', NOTE, fileOf(paths), file, ...args]];
}

/** Those that run still. */
export function spawnedAlive(paths: DevnetPaths): ProcessIdentity[] {
  const file = fileOf(paths);
  if (!existsSync(file)) return [];
  return readFileSync(file, 'utf8')
    .split('\n')
    .flatMap((line) => identityIn(line) ?? [])
    .filter(isAlive);
}

/** Of a line as `NOTE` writes it. One without a start is no identity: the id may be another process's by now. */
function identityIn(line: string): ProcessIdentity | undefined {
  const pid = Number(/^\d+/.exec(line)?.[0] ?? Number.NaN);
  const startTime = line.includes(')') ? startIn(line) : line.slice(`${pid}`.length).trim();
  return Number.isInteger(pid) && startTime ? { pid, startTime } : undefined;
}

/** Ends all that a dead supervisor had begun to start. */
export async function endSpawned(paths: DevnetPaths): Promise<void> {
  for (const identity of spawnedAlive(paths)) await endProcess(identity);
  rmSync(fileOf(paths), { force: true });
}
