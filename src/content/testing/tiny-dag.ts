import { encode } from '@ipld/dag-pb';
import type { Block } from '../car.ts';
import { blockKey, type CID, cidV1, DAG_PB, RAW, sha256 } from '../cid.ts';
import { keyStream } from './vectors.ts';

export type TinyDag = { root: CID; blocks: Block[]; keys: ReadonlySet<string> };

/**
 * The DAG number `id`: a root over two nodes over six leaves of about `leafBytes`. Half of the leaves, and one node, are
 * also in every third DAG after it.
 */
export function tinyDag(id: number, leafBytes = 300): TinyDag {
  const leaf = (name: string): Block => {
    const bytes = keyStream(name)(leafBytes + name.length);
    return { cid: cidV1(RAW, sha256(bytes)), bytes };
  };
  const node = (children: Block[]): Block => {
    const bytes = encode({
      Links: children.map(({ cid, bytes: data }, i) => ({ Name: String(i), Hash: cid, Tsize: data.length })),
    });
    return { cid: cidV1(DAG_PB, sha256(bytes)), bytes };
  };
  const shared = [0, 1, 2].map((i) => leaf(`shared/${id % 3}/${i}`));
  const own = [0, 1, 2].map((i) => leaf(`own/${id}/${i}`));
  const nodes = [node(shared), node(own)];
  const root = node(nodes);
  const blocks = [root, ...nodes, ...shared, ...own];
  return { root: root.cid, blocks, keys: new Set(blocks.map(({ cid }) => blockKey(cid))) };
}
