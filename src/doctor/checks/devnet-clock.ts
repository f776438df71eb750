import { rpc } from '../ask.ts';
import { ok, type Run, skipped, warning } from '../check.ts';
import { devnetOf } from '../shared.ts';

/** Seconds by which the chain's clock may differ: a block is made, the machine is busy. */
const LEEWAY_S = 60;

/** The chain's clock, by which licences expire, against the machine's. */
export const run: Run = async (env) => {
  const status = await devnetOf(env);
  if (status.state !== 'running') return skipped('The devnet is not running.');
  // The next block's time: the last one may be from long ago on a chain where nothing happens.
  const next = await rpc<{ timestamp: string }>(
    status.live.chain.rpcUrl,
    'eth_getBlockByNumber',
    ['pending', false],
    env.signal,
  ).catch(() => undefined);
  if (!next) return skipped('The chain does not answer.');
  const ahead = Number(next.timestamp) - Math.floor(Date.now() / 1000);
  if (Math.abs(ahead) <= LEEWAY_S) return ok('The chain’s clock is right.');
  return warning(
    `The chain’s clock is ${span(Math.abs(ahead))} ${ahead > 0 ? 'ahead of' : 'behind'} the machine’s.`,
    {
      detail: [
        ahead > 0
          ? 'Somebody moved it ahead; it never goes back, and what expires by it expires early.'
          : 'The machine’s clock was set forward, or the chain was halted.',
      ],
      remedy: [
        {
          command: 'sahara devnet reset --yes',
          when: 'to begin again with the right time, losing what is on the chain',
        },
      ],
    },
  );
};

function span(seconds: number): string {
  if (seconds < 120) return `${seconds} seconds`;
  if (seconds < 2 * 3600) return `${Math.floor(seconds / 60)} minutes`;
  return seconds < 2 * 86_400
    ? `${Math.floor(seconds / 3600)} hours`
    : `${Math.floor(seconds / 86_400)} days`;
}
