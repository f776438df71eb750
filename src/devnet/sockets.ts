import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DevnetPaths } from './paths.ts';

/** The supervisor's API, and the chain's JSON-RPC where it can have a socket. */
export type Sockets = { supervisor: string; chain: string | null };

/**
 * Where a devnet's sockets are: Unix sockets, a named pipe on Windows. Socket paths hold about 100 bytes and
 * project paths may be longer, so they are in the temp folder, named by a digest of the devnet's folder.
 */
export function socketsOf({ dir }: Pick<DevnetPaths, 'dir'>): Sockets {
  const id = createHash('sha256').update(dir).digest('hex').slice(0, 20);
  if (process.platform === 'win32') return { supervisor: `\\\\.\\pipe\\sahara-${id}`, chain: null };
  const base = join(tmpdir(), `sahara-${process.getuid?.() ?? 0}-${id}`);
  return { supervisor: `${base}.sock`, chain: `${base}-chain.ipc` };
}

/** Where the chain of a fork asks for the state of the network that it began with. */
export function forkSocketOf(paths: Pick<DevnetPaths, 'dir'>): string {
  const { supervisor } = socketsOf(paths);
  return supervisor.endsWith('.sock') ? supervisor.replace(/\.sock$/, '-fork.ipc') : `${supervisor}-fork`;
}
