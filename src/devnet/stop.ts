import { rmSync } from 'node:fs';
import { SaharaError } from '../base/errors.ts';
import { DEFAULT_DEVNET, devnetPaths } from './paths.ts';
import { isAlive } from './process-identity.ts';
import { devnetStatus } from './status.ts';
import { askSupervisor } from './supervisor-client.ts';

/** Long, as the chain is written to disk first. */
const STOP_TIMEOUT_MS = 120_000;

/**
 * Stops the devnet and waits until it is gone; what was on it is kept. Not running is success.
 *
 * @returns whether there was anything to stop
 */
export async function stopDevnet(
  stateDir: string,
  name: string = DEFAULT_DEVNET,
): Promise<{ wasRunning: boolean }> {
  const status = await devnetStatus(stateDir, name);
  if (status.state === 'stopped') return { wasRunning: false };
  const { live } = status;
  if (status.state === 'crashed') {
    const { endOrphans } = await import('./supervisor/chain.ts');
    await endOrphans(devnetPaths(stateDir, name));
    return { wasRunning: true };
  }
  await askSupervisor(live.socket, 'POST', '/stop');
  for (const until = Date.now() + STOP_TIMEOUT_MS; isAlive(live.supervisor); ) {
    if (Date.now() > until) throw new SaharaError('DEVNET_BUSY', { pid: live.supervisor.pid });
    await new Promise((r) => setTimeout(r, 25));
  }
  return { wasRunning: true };
}

/** Stops the devnet and removes everything it held: the chain, the content store, the logs. */
export async function resetDevnet(
  stateDir: string,
  name: string = DEFAULT_DEVNET,
): Promise<{ removed: string }> {
  await stopDevnet(stateDir, name);
  const { dir } = devnetPaths(stateDir, name);
  rmSync(dir, { recursive: true, force: true });
  return { removed: dir };
}
