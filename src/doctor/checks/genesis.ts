import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { deployments } from '../../chain/generated/deployments.ts';
import { ok, problem, type Run } from '../check.ts';
import { INSTALL_AGAIN } from '../toolkit-manifest.ts';

type Genesis = { alloc?: Record<string, { code?: string }> };

/** The state that a new devnet begins with holds the protocol at its addresses. */
export const run: Run = ({ toolkit }) => {
  const path = join(toolkit, 'devnet', 'genesis', 'genesis.json');
  let alloc: Map<string, { code?: string }>;
  try {
    const genesis = JSON.parse(readFileSync(path, 'utf8')) as Genesis;
    alloc = new Map(Object.entries(genesis.alloc ?? {}).map(([a, s]) => [a.toLowerCase(), s]));
  } catch (error) {
    return problem(`devnet/genesis/genesis.json cannot be read: ${(error as Error).message}`, {
      detail: [INSTALL_AGAIN],
    });
  }
  const missing = Object.entries(deployments).filter(
    ([, address]) => (alloc.get(address.toLowerCase())?.code ?? '0x').length <= 2,
  );
  if (missing.length === 0)
    return ok(`The genesis block holds ${Object.keys(deployments).length} contracts.`);
  return problem(`The genesis block lacks ${missing.map(([name]) => name).join(', ')}.`, {
    detail: ['It is of another version of the toolkit.', INSTALL_AGAIN],
  });
};
