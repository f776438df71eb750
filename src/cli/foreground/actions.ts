import type { JsonRpc } from '../../chain/json-rpc.ts';
import { commitWritten } from '../../devnet/commit.ts';
import type { LiveState } from '../../devnet/live-state.ts';
import { jsonRpc } from '../../devnet/supervisor/json-rpc.ts';
import { advanceTime, mineBlocks } from '../../devnet/time.ts';

const DAY_SECONDS = 86_400;

/** What keys do; each says in a few words what it has done, once that is on disk. A key without an action is not shown. */
export type Actions = {
  mine(live: LiveState): Promise<string>;
  forward(live: LiveState): Promise<string>;
  snapshot?(live: LiveState): Promise<string>;
};

/** The actions of a devnet of ours. */
export function devnetActions({ stateDir }: { stateDir: string }): Actions {
  return {
    async mine(live) {
      const { head } = await mineBlocks(rpcOf(live), 1);
      await commit(live);
      return `Mined block ${head.number}.`;
    },
    async forward(live) {
      const { to } = await advanceTime(rpcOf(live), { by: DAY_SECONDS });
      await commit(live);
      return `A day later: it is ${to.slice(0, 16).replace('T', ' ')} UTC on the chain.`;
    },
    async snapshot({ name }) {
      const { saveSnapshot } = await import('../../devnet/snapshots/index.ts');
      // It runs, so what it would be started with does not matter.
      const place = { stateDir, name, contentNode: 'auto', externalContent: null } as const;
      return `Saved as ${(await saveSnapshot(place)).name}.`;
    },
  };
}

const rpcOf =
  ({ chain }: LiveState): JsonRpc =>
  ({ method, params }) =>
    jsonRpc(chain.rpcUrl, method, (params ?? []) as unknown[]);

const commit = ({ chain, socket }: LiveState): Promise<void> =>
  commitWritten([{ supervisor: socket, instanceId: chain.instanceId, block: null }]);
