import { createHash } from 'node:crypto';
import { closeSync, fsyncSync, linkSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { temporaryBeside, writeFileAtomic } from '../../base/atomic-file.ts';
import { SaharaError } from '../../base/errors.ts';
import { makeFolder } from '../../base/make-folder.ts';
import type { ProcessIdentity } from '../live-state.ts';
import { identify, isAlive } from '../process-identity.ts';

/**
 * Makes this process the one supervisor of the devnet. A lock whose process is gone is taken over.
 *
 * @returns a function that gives the lock back, if it is still ours
 * @throws DEVNET_BUSY when another supervisor holds it, or is just taking it over
 */
export function takeLock(path: string): () => void {
  makeFolder(dirname(path));
  const identity = JSON.stringify(identify(process.pid));
  const own = temporaryBeside(path);
  try {
    const file = openSync(own, 'w', 0o600);
    writeSync(file, identity);
    fsyncSync(file);
    closeSync(file);
    claim(path, own, identity);
  } finally {
    rmSync(own, { force: true });
  }
  return () => {
    if (read(path) === identity) rmSync(path, { force: true });
  };
}

/** Who holds the lock and lives; undefined when it is free or its holder is gone. */
export function lockHolder(path: string): ProcessIdentity | undefined {
  return livingHolder(read(path));
}

/**
 * A link is made whole or not at all, so a lock is never seen half written. A stale one is replaced only by
 * who holds the lock on the succession to just that one, and only while it is still that one: nobody ever
 * moves a file that may have become somebody's living lock.
 */
function claim(path: string, own: string, identity: string): void {
  for (let tries = 0; tries < 100; tries++) {
    if (linked(own, path)) return;
    const found = read(path);
    if (found === undefined) continue;
    const holder = livingHolder(found);
    if (holder) throw new SaharaError('DEVNET_BUSY', { pid: holder.pid });
    const succession = `${path}.after-${createHash('sha256').update(found).digest('hex').slice(0, 16)}`;
    claim(succession, own, identity);
    try {
      // Another one may have completed a succession, and removed its claim to it, before we made ours.
      if (read(path) !== found) continue;
      writeFileAtomic(path, identity, 0o600);
      return;
    } finally {
      rmSync(succession, { force: true });
    }
  }
  throw new SaharaError('DEVNET_BUSY', { pid: livingHolder(read(path))?.pid ?? 0 });
}

function linked(own: string, path: string): boolean {
  try {
    linkSync(own, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function livingHolder(text: string | undefined): ProcessIdentity | undefined {
  try {
    const holder = JSON.parse(text ?? '') as ProcessIdentity;
    return isAlive(holder) ? holder : undefined;
  } catch {
    return undefined;
  }
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
