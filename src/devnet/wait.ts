import { SaharaError } from '../base/errors.ts';
import { answers } from './answers.ts';
import type { LiveState } from './live-state.ts';
import { DEFAULT_DEVNET } from './paths.ts';
import { type DevnetStatus, devnetStatus } from './status.ts';

const PAUSE_MS = 100;
/** The supervisor waits for its services no longer than a second before it answers. Milliseconds. */
const PATIENCE_MS = 3000;

export type WaitOptions = {
  stateDir: string;
  name?: string;
  /** How long to wait, milliseconds; 0 looks once. */
  timeoutMs: number;
  signal: AbortSignal;
};

/**
 * Waits until a devnet is ready: it runs, is not about to stop, and its chain and content node answer.
 *
 * @throws DEVNET_NOT_READY when that takes longer
 */
export async function waitForDevnet(options: WaitOptions): Promise<{ live: LiveState; waitedMs: number }> {
  const { stateDir, name = DEFAULT_DEVNET, timeoutMs, signal } = options;
  const begun = performance.now();
  for (;;) {
    const status = await devnetStatus(stateDir, name);
    if (status.state === 'running' && (await isReady(status)))
      return { live: status.live, waitedMs: Math.round(performance.now() - begun) };
    if (performance.now() - begun + PAUSE_MS > timeoutMs)
      throw new SaharaError('DEVNET_NOT_READY', {
        name,
        state: status.state === 'running' ? 'running, and did not answer' : status.state,
        waitedMs: timeoutMs,
      });
    await new Promise((r) => setTimeout(r, PAUSE_MS));
    signal.throwIfAborted();
  }
}

async function isReady(status: Extract<DevnetStatus, { state: 'running' }>): Promise<boolean> {
  const { live, services, stopping } = status;
  if (stopping || services.length === 0 || services.some((s) => s.state !== 'running')) return false;
  // The devnet of an older version has no such URL.
  return !live.ready || (await answers(live.ready, { timeoutMs: PATIENCE_MS }));
}
