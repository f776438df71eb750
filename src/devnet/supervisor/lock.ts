import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { SaharaError } from '../../base/errors.ts';
import type { ProcessIdentity } from '../live-state.ts';
import { identify, isAlive } from '../process-identity.ts';

/**
 * Makes this process the one supervisor of the devnet. A lock whose process is gone is taken over.
 *
 * @returns a function that gives the lock back
 * @throws DEVNET_BUSY when another supervisor holds it
 */
export function takeLock(path: string): () => void {
  mkdirSync(dirname(path), { recursive: true });
  for (let tries = 0; tries < 3; tries++) {
    try {
      const file = openSync(path, 'wx', 0o600);
      writeSync(file, JSON.stringify(identify(process.pid)));
      fsyncSync(file);
      closeSync(file);
      return () => rmSync(path, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      const holder = readHolder(path);
      if (holder && isAlive(holder)) throw new SaharaError('DEVNET_BUSY', { pid: holder.pid });
      setAside(path);
    }
  }
  throw new SaharaError('DEVNET_BUSY', { pid: readHolder(path)?.pid ?? 0 });
}

/** Who holds the lock and lives; undefined when it is free or its holder is gone. */
export function lockHolder(path: string): ProcessIdentity | undefined {
  const holder = readHolder(path);
  return holder && isAlive(holder) ? holder : undefined;
}

/** A rename and not a removal: of two that find the same stale lock, one rename fails. */
function setAside(path: string): void {
  const aside = `${path}.${process.pid}.stale`;
  try {
    renameSync(path, aside);
    rmSync(aside, { force: true });
  } catch {
    // The other one was faster.
  }
}

function readHolder(path: string): ProcessIdentity | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as ProcessIdentity;
  } catch {
    return undefined;
  }
}
