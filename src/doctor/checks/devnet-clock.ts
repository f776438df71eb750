import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { DevnetPaths } from '../../devnet/paths.ts';
import { rpc } from '../ask.ts';
import { type Finding, ok, type Run, skipped, warning } from '../check.ts';
import { entriesOf, statOf } from '../look.ts';
import { devnetOf, pathsOf } from '../shared.ts';

/** Seconds by which the chain's clock may differ: a block is made, the machine is busy. */
const LEEWAY_S = 60;

/** The chain's clock, by which licences expire, against the machine's. */
export const run: Run = async (env) => {
  const status = await devnetOf(env);
  if (status.state !== 'running') return whenStopped(await pathsOf(env));
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

/** Where no chain answers, files from the future show that the machine's clock was set back. */
function whenStopped({ dir }: DevnetPaths): Finding {
  if (!existsSync(dir)) return skipped('There is no devnet yet.');
  const times = entriesOf(dir).map(({ name }) => statOf(join(dir, name))?.mtimeMs ?? 0);
  const ahead = Math.floor((Math.max(0, ...times) - Date.now()) / 1000);
  if (ahead <= LEEWAY_S) return skipped('The devnet is not running.');
  return warning(`The devnet was written ${span(ahead)} from now: the machine’s clock was set back.`, {
    detail: [
      'The chain goes on from where it was, so that its clock will be ahead of the machine’s. If the machine’s is wrong, set it right first.',
    ],
    remedy: [{ command: 'date', when: 'to see what the machine takes for now' }],
  });
}

function span(seconds: number): string {
  if (seconds < 120) return `${seconds} seconds`;
  if (seconds < 2 * 3600) return `${Math.floor(seconds / 60)} minutes`;
  return seconds < 2 * 86_400
    ? `${Math.floor(seconds / 3600)} hours`
    : `${Math.floor(seconds / 86_400)} days`;
}
