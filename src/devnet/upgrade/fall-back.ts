import { type ChainLost, markChainLost } from '../chain-lost.ts';
import { recover } from '../durability/recover.ts';
import type { DevnetPaths } from '../paths.ts';
import { launchToRecover } from '../supervisor/anvil.ts';
import { anvilVersion, readVersions } from './versions.ts';

/**
 * Brings a chain that does not run back from what is whole of it, as its next start would, and leaves word of what that
 * loses for this start. Whoever calls it holds the devnet's lock.
 *
 * @throws CHAIN_FILES_MISSING, STATE_OTHER_GENESIS, STATE_OTHER_ANVIL; then nothing is touched
 */
export async function fallBack(paths: DevnetPaths): Promise<Omit<ChainLost, 'at'> | null> {
  const wrote = readVersions(paths)?.anvil ?? null;
  const { lost } = await recover(paths, launchToRecover(paths.logs.chain, [], paths), {
    wrote,
    present: anvilVersion(),
  });
  if (lost) markChainLost(paths, lost);
  return lost;
}
