import type { DevnetPaths } from '../devnet/paths.ts';

/**
 * Acts on a devnet's folder as only its supervisor may: with its lock, so that none can start meanwhile.
 * A stale lock is taken over, and gone afterwards.
 *
 * @throws DEVNET_BUSY when a living supervisor has it
 */
export async function asSupervisor<T>(paths: DevnetPaths, act: () => Promise<T> | T): Promise<T> {
  const { takeLock } = await import('../devnet/supervisor/lock.ts');
  const release = takeLock(paths.lock);
  try {
    return await act();
  } finally {
    release();
  }
}
