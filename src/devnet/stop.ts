import { rmSync } from 'node:fs';
import { SaharaError } from '../base/errors.ts';
import { forgetWritten } from '../chain/written.ts';
import { readLiveState } from './live-state.ts';
import { DEFAULT_DEVNET, devnetPaths } from './paths.ts';
import { isAlive } from './process-identity.ts';
import { type DevnetStatus, devnetStatus } from './status.ts';
import { callSupervisor } from './supervisor-client.ts';

/** Longer than it may take to save a big chain, which happens first. */
const STOP_TIMEOUT_MS = 180_000;
/** As long as a start waits for word of its supervisor. */
const START_TIMEOUT_MS = 45_000;

/**
 * Stops the devnet and waits until it is gone; what was on it is kept. Not running is success.
 *
 * @returns whether there was anything to stop
 * @throws CHAIN_NOT_SAVED when what is on it cannot be kept; then it runs on
 * @throws DEVNET_BUSY when it does not end
 */
export async function stopDevnet(
  stateDir: string,
  name: string = DEFAULT_DEVNET,
): Promise<{ wasRunning: boolean }> {
  return stop(stateDir, name, true);
}

async function stop(stateDir: string, name: string, keep: boolean): Promise<{ wasRunning: boolean }> {
  const status = await settled(stateDir, name);
  if (status.state === 'stopped') return { wasRunning: false };
  const { live } = status;
  const paths = devnetPaths(stateDir, name);
  if (status.state === 'running') {
    const until = Date.now() + STOP_TIMEOUT_MS;
    const answer = await callSupervisor(live.socket, 'POST', keep ? '/stop' : '/discard', STOP_TIMEOUT_MS);
    if (answer && answer.status !== 200) {
      const { message, params } = answer.body as { message?: string; params?: { reason?: string } };
      const reason = params?.reason ?? message ?? `its supervisor answered ${answer.status}`;
      throw new SaharaError('CHAIN_NOT_SAVED', { path: paths.chainState, reason });
    }
    while (isAlive(live.supervisor)) {
      if (Date.now() > until) throw new SaharaError('DEVNET_BUSY', { pid: live.supervisor.pid });
      await new Promise((r) => setTimeout(r, 25));
    }
  }
  // It had crashed, or did while it stopped: what is there then is saved and ended from here.
  if (readLiveState(paths)?.chain.instanceId === live.chain.instanceId) {
    const { endOrphans } = await import('./supervisor/chain.ts');
    await endOrphans(paths, keep);
  }
  // It is saved as a whole, or removed: there is nobody left to ask, and nothing to ask for.
  forgetWritten(live.chain.instanceId);
  return { wasRunning: true };
}

/** How it stands once nobody is starting or stopping it any more. @throws DEVNET_BUSY when that takes too long */
async function settled(
  stateDir: string,
  name: string,
): Promise<Exclude<DevnetStatus, { state: 'starting' }>> {
  for (const until = Date.now() + START_TIMEOUT_MS; ; ) {
    const status = await devnetStatus(stateDir, name);
    if (status.state !== 'starting') return status;
    if (Date.now() > until) throw new SaharaError('DEVNET_BUSY', { pid: status.pid });
    await new Promise((r) => setTimeout(r, 50));
  }
}

/** Stops the devnet and removes everything it held: the chain, the content store, the logs. */
export async function resetDevnet(
  stateDir: string,
  name: string = DEFAULT_DEVNET,
): Promise<{ removed: string }> {
  // What is to be removed need not be saved, which may be just what fails.
  await stop(stateDir, name, false);
  const { dir } = devnetPaths(stateDir, name);
  rmSync(dir, { recursive: true, force: true });
  return { removed: dir };
}

/** What stopping would find, and what resetting would remove. Does neither. */
export async function foreseeStop(
  stateDir: string,
  name: string = DEFAULT_DEVNET,
): Promise<{ wasRunning: boolean; dir: string }> {
  const { state } = await devnetStatus(stateDir, name);
  return { wasRunning: state !== 'stopped', dir: devnetPaths(stateDir, name).dir };
}
