import { commitWritten } from '../../devnet/commit.ts';
import type { LiveState } from '../../devnet/live-state.ts';
import { jsonRpc } from '../../devnet/supervisor/json-rpc.ts';

const DAY_SECONDS = 86_400;

/** What keys do; each says in a few words what it has done, once that is on disk. A key without an action is not shown. */
export type Actions = {
  mine(live: LiveState): Promise<string>;
  forward(live: LiveState): Promise<string>;
  snapshot?(live: LiveState): Promise<string>;
};

/**
 * The actions of a devnet of ours. This is the place for `snapshot`: with it the key `s` is there.
 *
 * @param _options what saving a snapshot needs besides the live state
 */
export function devnetActions(_options: { stateDir: string }): Actions {
  return {
    async mine(live) {
      await mineBlock(live);
      return `Mined block ${await head(live, ({ number }) => `${Number(number)}`)}.`;
    },
    async forward(live) {
      await jsonRpc(live.chain.rpcUrl, 'evm_increaseTime', [DAY_SECONDS]);
      await mineBlock(live);
      const time = ({ timestamp }: Head) => new Date(Number(timestamp) * 1000).toISOString();
      return `A day later: it is ${(await head(live, time)).slice(0, 16).replace('T', ' ')} UTC on the chain.`;
    },
  };
}

type Head = { number: string; timestamp: string };

async function mineBlock({ chain, socket }: LiveState): Promise<void> {
  await jsonRpc(chain.rpcUrl, 'evm_mine', []);
  await commitWritten([{ supervisor: socket, instanceId: chain.instanceId, block: null }]);
}

async function head({ chain }: LiveState, part: (head: Head) => string): Promise<string> {
  return part(await jsonRpc<Head>(chain.rpcUrl, 'eth_getBlockByNumber', ['latest', false]));
}
