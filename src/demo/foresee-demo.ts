import { join, resolve } from 'node:path';
import { foreseeStart } from '../devnet/index.ts';
import { assertPlace } from './place.ts';
import type { DemoOptions } from './run-demo.ts';
import { STORY } from './story.ts';

/** What the demo would make, with nulls for what only making it brings about. */
export type DemoPlan = {
  chainId: number;
  dir: string;
  assets: { id: null; kind: string; name: string; version: number; cid: null; owner: string; tx: null }[];
  question: string;
  answer: null;
  purchases: { buyer: string; asset: string; license: null; amount: null }[];
  earnings: null;
  conservation: null;
  lineage: null;
};

/**
 * Checks that the demo has a place, and that its devnet could be started there. Makes nothing.
 *
 * @throws FOLDER_EXISTS, and what `foreseeStart` throws
 */
export async function foreseeDemo({ dir, ports, contentNode }: DemoOptions): Promise<DemoPlan> {
  const root = resolve(dir);
  assertPlace(root);
  const { live } = await foreseeStart({
    stateDir: join(root, '.sahara'),
    ports,
    contentNode,
    externalContent: null,
  });
  return {
    chainId: live.chain.chainId,
    dir: root,
    assets: STORY.assets.map(({ kind, name, by }) => ({
      id: null,
      kind,
      name,
      version: 1,
      cid: null,
      owner: by,
      tx: null,
    })),
    question: STORY.question,
    answer: null,
    purchases: STORY.purchases.map(({ buyer, asset }) => ({ buyer, asset, license: null, amount: null })),
    earnings: null,
    conservation: null,
    lineage: null,
  };
}
