import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { deployments } from '../../chain/generated/deployments.ts';
import { rpc } from '../ask.ts';
import { ok, problem, type Run, skipped, warning } from '../check.ts';
import { devnetOf } from '../shared.ts';

/** Every contract of the protocol has its code at its address. */
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
  const others = missing.length === 0 ? otherThan(env.toolkit, contracts, codes) : [];
  if (others.length > 0)
    return warning(`The protocol on this chain is of another version: ${others.join(', ')}.`, {
      detail: [
        'The chain was begun by another version of the toolkit, and keeps the contracts that it began with; what is new in this one is not there.',
      ],
      remedy: [
        { command: 'sahara devnet reset --yes', when: 'to begin again with this one, losing what is on it' },
      ],
    });
  if (missing.length === 0) return ok(`All ${contracts.length} contracts are there.`);
  return problem(`The chain lacks contracts of the protocol: ${missing.join(', ')}.`, {
    detail: ['It was begun by another version of the toolkit, or its state was changed.'],
    remedy: [{ command: 'sahara devnet reset --yes', when: 'to begin again, losing what is on it' }],
  });
};

/** Contracts whose code is not what a chain begins with today; none where that cannot be read, which `genesis` says. */
function otherThan(toolkit: string, contracts: [string, string][], codes: string[]): string[] {
  try {
    const path = join(toolkit, 'devnet', 'genesis', 'genesis.json');
    const { alloc } = JSON.parse(readFileSync(path, 'utf8')) as { alloc: Record<string, { code?: string }> };
    const begun = new Map(
      Object.entries(alloc).map(([a, { code }]) => [a.toLowerCase(), code?.toLowerCase()]),
    );
    return contracts
      .filter(([, address], i) => begun.get(address.toLowerCase()) !== codes[i]?.toLowerCase())
      .map(([name]) => name);
  } catch {
    return [];
  }
}
