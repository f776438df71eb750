import { readFileSync, statSync } from 'node:fs';
import { SaharaError } from '../../base/errors.ts';
import { readChainLost, tellLoss } from '../../devnet/chain-lost.ts';
import type { Plan } from '../../devnet/durability/plan.ts';
import { readLiveState } from '../../devnet/live-state.ts';
import type { DevnetPaths } from '../../devnet/paths.ts';
import { lockHolder } from '../../devnet/supervisor/lock.ts';
import { asSupervisor } from '../as-supervisor.ts';
import { type Finding, note, ok, problem, type Run, skipped, warning } from '../check.ts';
import { pathsOf } from '../shared.ts';
import { size } from '../space.ts';

/** Reading a longer one takes longer than a look may. Bytes. */
const MAX_READ = 64 * 1024 ** 2;

const RESET = { command: 'sahara devnet reset --yes', when: 'to begin again, losing what was on the chain' };

/** The saved chain and its journals can be loaded, as far as reading them tells. */
export const run: Run = async (env) => {
  const paths = await pathsOf(env);
  const found = statSync(paths.chainState, { throwIfNoEntry: false });
  if (found && !found.isFile()) return damaged(paths, 'it is not a file');
  if (!statSync(paths.dir, { throwIfNoEntry: false })) return skipped('No chain was saved yet.');
  // A living supervisor writes them while we look, and keeps the chain by itself.
  if (lockHolder(paths.lock)) return readable(paths, found?.size) ?? told(paths, found?.size);
  const [{ planRecovery }, { assertNotNothing }] = await Promise.all([
    import('../../devnet/durability/plan.ts'),
    import('../../devnet/durability/not-nothing.ts'),
  ]);
  const plan = planRecovery(paths);
  try {
    if (plan.journals.length === 0 && !plan.isHeadless) assertNotNothing(paths, plan);
  } catch (error) {
    if (!(error instanceof SaharaError)) throw error;
    return problem(error.message, { detail: [error.fix], remedy: [RESET] });
  }
  return fallenBack(paths, plan) ?? readable(paths, found?.size) ?? told(paths, found?.size);
};

/** What is damaged and can be done without, as there is another way to the chain. */
function fallenBack(paths: DevnetPaths, plan: Plan): Finding | undefined {
  if (plan.isHeadless)
    return warning('The newest journal of the chain is missing or damaged; the saved chain is whole.', {
      detail: [
        'The next start goes on with the saved chain. If the journal held anything, it is lost; after a stop it holds nothing.',
      ],
    });
  const isCut = plan.journals.some(({ end }) => end === 'damaged');
  const isGone = plan.base.kind === 'file' && plan.base.path !== paths.chainState;
  if (plan.journals.length === 0 || (plan.damaged.length === 0 && !isCut && !isGone)) return undefined;
  const isWhole = !isCut && plan.journals.slice(1).every(({ header }) => header.continues);
  return warning(
    isCut
      ? 'A journal of the chain is damaged; what stands before the damage is whole.'
      : 'What was saved last of the chain is damaged; the generation before it is whole.',
    {
      detail: [
        isWhole
          ? 'With its journals that leads to the same chain: nothing is lost.'
          : 'What came after that cannot be had again; which blocks those are is said when it is brought back.',
        `What cannot be used is kept aside${plan.damaged.length > 0 ? `: ${plan.damaged.join(', ')}` : ''}.`,
      ],
      // Never beneath a living supervisor, who keeps the chain by itself.
      ...(readLiveState(paths) || lockHolder(paths.lock)
        ? {}
        : { fix: { says: 'fall back to what is whole', apply: () => mend(paths) } }),
    },
  );
}

async function mend(paths: DevnetPaths): Promise<void> {
  const { fallBack } = await import('../../devnet/upgrade/fall-back.ts');
  await asSupervisor(paths, async () => {
    if (!readLiveState(paths)) await fallBack(paths);
  });
}

function readable(paths: DevnetPaths, bytes: number | undefined): Finding | undefined {
  if (bytes === undefined || bytes > MAX_READ) return undefined;
  try {
    const state = JSON.parse(readFileSync(paths.chainState, 'utf8')) as { accounts?: object; block?: object };
    return state?.accounts && state.block ? undefined : damaged(paths, 'it holds no chain');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return damaged(paths, code ? `it cannot be read (${code})` : 'it is cut short or damaged');
  }
}

/** In order, with what the next start has to tell. */
function told(paths: DevnetPaths, bytes: number | undefined): Finding {
  const lost = readChainLost(paths);
  if (lost) return note(tellLoss(lost), { detail: ['The next start says so once more.'] });
  if (bytes === undefined) return skipped('No chain was saved yet.');
  if (bytes > MAX_READ) return ok(`The saved chain has ${size(bytes)}; one so large is not read here.`);
  return ok(`The saved chain can be read (${size(bytes)}).`);
}

function damaged({ chainState }: DevnetPaths, reason: string): Finding {
  return problem(`The saved chain cannot be loaded: ${reason}.`, {
    detail: [`Put a good copy of ${chainState} in its place, or begin again.`],
    remedy: [RESET],
  });
}
