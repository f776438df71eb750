import { appendFileSync, existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { ProcessIdentity } from '../live-state.ts';
import type { DevnetPaths } from '../paths.ts';
import { endProcess, isAlive } from '../process-identity.ts';

/*
 * What runs is told by `live.json`, but only once it answers. A supervisor that is killed while a chain starts would
 * leave one that nobody knows: anvil outlives its parent. So each is written down as soon as it has a process id.
 */

const fileOf = ({ dir }: DevnetPaths): string => join(dir, 'spawned');

export function noteSpawned(paths: DevnetPaths, identity: ProcessIdentity): void {
  try {
    appendFileSync(fileOf(paths), `${JSON.stringify(identity)}\n`);
  } catch {
    // On a full disk it runs all the same.
  }
}

/** Those that run still. Where the system tells no start time, an id may be another process's by now. */
export function spawnedAlive(paths: DevnetPaths): ProcessIdentity[] {
  const file = fileOf(paths);
  if (!existsSync(file)) return [];
  return readFileSync(file, 'utf8')
    .split('\n')
    .flatMap((line) => {
      try {
        return [JSON.parse(line) as ProcessIdentity];
      } catch {
        return [];
      }
    })
    .filter((identity) => identity.startTime !== null && isAlive(identity));
}

/** Ends all that a dead supervisor had begun to start. */
export async function endSpawned(paths: DevnetPaths): Promise<void> {
  for (const identity of spawnedAlive(paths)) await endProcess(identity);
  rmSync(fileOf(paths), { force: true });
}
