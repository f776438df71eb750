import { SaharaError } from '../base/errors.ts';
import type { Hex } from '../base/hex.ts';
import type { Written } from '../chain/written.ts';
import type { CommitAnswer, CommitRequest } from './supervisor/commit.ts';
import { callSupervisor } from './supervisor-client.ts';

/** Longer than a chain takes that has to be brought back first. */
const TIMEOUT_MS = 120_000;

/**
 * Returns when what was changed on devnets of ours is on disk.
 *
 * @param stateDir of the project: where a devnet was stopped meanwhile, what it left there tells
 * @throws NOT_DURABLE when it was done and is not on disk
 * @throws DONE_AND_LOST when the chain ended meanwhile and came back without it
 */
export async function commitWritten(all: readonly Written[], stateDir?: string): Promise<void> {
  for (const { supervisor, instanceId, block } of all) {
    const asked: CommitRequest = { instanceId, block };
    const answer = await callSupervisor(supervisor, 'POST', '/commit', TIMEOUT_MS, JSON.stringify(asked));
    if (!answer && block && stateDir && (await wasKept(stateDir, block))) continue;
    if (!answer)
      throw new SaharaError('NOT_DURABLE', { reason: 'the supervisor of the devnet does not answer' });
    if (answer.status !== 200) {
      const { message } = answer.body as { message?: string };
      throw new SaharaError('NOT_DURABLE', { reason: message ?? `it answered ${answer.status}` });
    }
    if ((answer.body as CommitAnswer).lost) throw new SaharaError('DONE_AND_LOST', { block });
  }
}

/** Somebody stopped the devnet right after, and it was saved. A hash is that of one block on one chain. */
async function wasKept(stateDir: string, block: Hex): Promise<boolean> {
  // Loaded only here: hardly any command comes this way.
  const [{ isBlockOnDisk }, { devnetNames }, { devnetPaths }] = await Promise.all([
    import('./durability/on-disk.ts'),
    import('./list.ts'),
    import('./paths.ts'),
  ]);
  return devnetNames(stateDir).some((name) => isBlockOnDisk(devnetPaths(stateDir, name), block));
}
