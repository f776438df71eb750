import { SaharaError } from '../base/errors.ts';
import { DEFAULT_DEVNET } from '../config/devnet-name.ts';
import { liveDevnet } from '../devnet/live.ts';
import type { LiveState } from '../devnet/live-state.ts';
import type { Session } from './session.ts';

/**
 * The devnet that a command is about, by its name or the settings, waited for as --wait says. Whether it is still there
 * shows when it is asked something.
 *
 * @throws DEVNET_NOT_RUNNING, DEVNET_NAME_INVALID
 */
export async function runningDevnet(session: Session, flag: string | undefined): Promise<LiveState> {
  const { stateDir, root } = session.project;
  const name = await session.devnet(flag);
  return session.patiently(async () => {
    const live = liveDevnet(stateDir, name);
    if (live) return live;
    throw new SaharaError('DEVNET_NOT_RUNNING', {
      project: root,
      ...(name === DEFAULT_DEVNET ? {} : { name }),
    });
  });
}
