import type { ChainLost } from './chain-lost.ts';
import type { LiveState } from './live-state.ts';
import type { Started, StartOptions } from './start.ts';

/** A devnet that would be started. What only starting it decides is null, as is a port that any free one will do for. */
export type ForeseenLive = {
  format: 1;
  name: string;
  supervisor: null;
  startedAt: null;
  chain: {
    process: null;
    rpcUrl: string | null;
    ipc: null;
    chainId: number;
    instanceId: null;
    genesisHash: null;
  };
  content: {
    kind: LiveState['content']['kind'];
    process: null;
    api: string | null;
    gateway: string | null;
    peerId: null;
  };
  socket: null;
  ready: null;
};

export type ForeseenStart = { live: ForeseenLive; alreadyRunning: boolean; lost: ChainLost | null };

/**
 * What starting the devnet would come to; starts nothing and writes nothing.
 *
 * @throws what can be known beforehand: PORT_TAKEN, DEVNET_BUSY, CHAIN_STATE_DAMAGED, KUBO_MISSING, TOOLKIT_INCOMPLETE
 */
export async function foreseeStart(options: StartOptions): Promise<Started | ForeseenStart> {
  // It knows the services themselves, which commands that only ask for the devnet need not load.
  return (await import('./foresee-start.ts')).workOut(options);
}
