import { appendFileSync, existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { ProcessIdentity } from '../live-state.ts';
import type { DevnetPaths } from '../paths.ts';
import { endProcess } from '../process-identity.ts';

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

/** Ends all that a dead supervisor had begun to start. */
export async function endSpawned(paths: DevnetPaths): Promise<void> {
  const file = fileOf(paths);
  if (!existsSync(file)) return;
  for (const line of readFileSync(file, 'utf8').split('\n')) {
    let identity: ProcessIdentity;
    try {
      identity = JSON.parse(line) as ProcessIdentity;
    } catch {
      continue;
    }
    // Where the system tells no start time, the id may be another process's by now.
    if (identity.startTime !== null) await endProcess(identity);
  }
  rmSync(file, { force: true });
}
