import { isError } from '../base/errors.ts';
import type { Logger } from '../base/progress.ts';
import type { LiveState } from './live-state.ts';
import type { SupervisorStatus } from './supervisor-client.ts';

const PAUSE_MS = 50;
/** A chain of 50,000 blocks takes some five seconds to come back. Milliseconds. */
const PATIENCE_MS = 60_000;
/** After so long a wait is spoken of. Milliseconds. */
const SILENCE_MS = 1000;

/** `logger` is told once where the wait is long. */
export type Waiting = { signal?: AbortSignal; logger?: Logger };

/**
 * Does something with the chain of a devnet. Where the chain has died and its supervisor is starting it again, that is
 * waited for, and it is done with the chain that came back: to who asks in between, nobody answers, or an anvil that is
 * not yet known.
 *
 * @param live as it was last told; undefined when no devnet is up
 * @param attempt opens the chain, and changes nothing: it may be done twice
 */
export async function onReturningChain<L extends LiveState | undefined, T>(
  live: L,
  attempt: (live: L) => Promise<T>,
  waiting: Waiting = {},
): Promise<T> {
  try {
    return await attempt(live);
  } catch (error) {
    if (!live || !(isError(error, 'CHAIN_UNREACHABLE') || isError(error, 'CHAIN_FOREIGN'))) throw error;
    const returned = await chainReturned(live, waiting);
    if (!returned) throw error;
    return await attempt(returned as L);
  }
}

/** What a devnet tells of itself once another anvil than that of `before` runs; undefined where none is being started. */
async function chainReturned(before: LiveState, { signal, logger }: Waiting): Promise<LiveState | undefined> {
  const [{ askSupervisor }, { isAlive }] = await Promise.all([
    import('./supervisor-client.ts'),
    import('./process-identity.ts'),
  ]);
  const begun = performance.now();
  let isTold = false;
  while (performance.now() - begun < PATIENCE_MS) {
    const status = await askSupervisor<SupervisorStatus>(before.socket, 'GET', '/status');
    if (!status || status.stopping) return undefined;
    const { live, services } = status;
    // The record is that of an earlier devnet, or a copy of another project's.
    if (
      live.supervisor.pid !== before.supervisor.pid ||
      live.supervisor.startTime !== before.supervisor.startTime
    )
      return undefined;
    const isUp = services.find(({ service }) => service === 'chain')?.state === 'running';
    if (isUp && live.chain.instanceId !== before.chain.instanceId) return live;
    // It is up as far as its supervisor has noticed.
    if (isUp && isAlive(live.chain.process)) return undefined;
    if (!isTold && performance.now() - begun > SILENCE_MS) {
      isTold = true;
      logger?.info('The devnet’s chain has ended and is being started again; waiting for it.');
    }
    await new Promise((r) => setTimeout(r, PAUSE_MS));
    signal?.throwIfAborted();
  }
  return undefined;
}
