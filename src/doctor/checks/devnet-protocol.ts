import { deployments } from '../../chain/generated/deployments.ts';
import { rpc } from '../ask.ts';
import { ok, problem, type Run, skipped } from '../check.ts';
import { devnetOf } from '../shared.ts';

/** Every contract of the protocol has code at its address. */
export const run: Run = async (env) => {
  const status = await devnetOf(env);
  if (status.state !== 'running') return skipped('The devnet is not running.');
  const { rpcUrl } = status.live.chain;
  const contracts = Object.entries(deployments);
  const codes = await Promise.all(
    contracts.map(([, address]) => rpc<string>(rpcUrl, 'eth_getCode', [address, 'latest'], env.signal)),
  ).catch(() => undefined);
  if (!codes) return skipped('The chain does not answer.');
  const missing = contracts.filter((_, i) => (codes[i] ?? '0x') === '0x').map(([name]) => name);
  if (missing.length === 0) return ok(`All ${contracts.length} contracts are there.`);
  return problem(`The chain lacks contracts of the protocol: ${missing.join(', ')}.`, {
    detail: ['It was begun by another version of the toolkit, or its state was changed.'],
    remedy: [{ command: 'sahara devnet reset --yes', when: 'to begin again, losing what is on it' }],
  });
};
