import { type Chain, latestBlock, readEvents, readRelations } from '../chain/index.ts';
import { relationOfId } from '../licensing/rights.ts';
import type { LineageEdge, LineageGraph, LineageVersion } from './lineage-graph.ts';
import { readLabelled } from './naming.ts';

/** Versions read at the same time: a wide generation must not become one request of any size. */
const AT_ONCE = 200;

/** Everything that a version rests on, generation by generation; each version is read once. */
export async function readAncestors(chain: Chain, root: bigint): Promise<LineageGraph> {
  const nodes = new Map<bigint, LineageVersion>();
  const edges: LineageEdge[] = [];
  for (let level = [root]; level.length > 0; ) {
    const read = await inParts(level, (id) => readVersionWithParents(chain, id));
    const next = new Set<bigint>();
    for (const { node, parents } of read) {
      nodes.set(node.versionId, node);
      for (const edge of parents) {
        edges.push(edge);
        next.add(edge.parent);
      }
    }
    level = [...next].filter((id) => !nodes.has(id));
  }
  return { nodes, edges };
}

/**
 * Everything that rests on any of these versions, and on what rests on them. The chain keeps no list of children:
 * they are found by the events of their relations.
 */
export async function readDescendants(chain: Chain, roots: readonly bigint[]): Promise<LineageGraph> {
  const to = await latestBlock(chain);
  const nodes = new Map<bigint, LineageVersion>();
  const edges: LineageEdge[] = [];
  for (let level = [...new Set(roots)]; level.length > 0; ) {
    for (const { node, parents } of await inParts(level, (id) => readVersionWithParents(chain, id))) {
      nodes.set(node.versionId, node);
      for (const edge of parents) edges.push(edge);
    }
    level = (await childrenOf(chain, level, to)).filter((id) => !nodes.has(id));
  }
  return { nodes, edges: edges.filter((e) => nodes.has(e.parent)) };
}

async function childrenOf(chain: Chain, parents: readonly bigint[], to: bigint): Promise<bigint[]> {
  const found = await readEvents(
    chain,
    [{ contract: 'AssetRegistry', event: 'RelationAdded', arg: 'parent', values: parents }],
    { from: 0n, to },
  );
  return [...new Set(found.map((e) => BigInt(e.args['child'] as bigint)))];
}

async function readVersionWithParents(
  chain: Chain,
  id: bigint,
): Promise<{ node: LineageVersion; parents: LineageEdge[] }> {
  const [{ asset, label }, relations] = await Promise.all([
    readLabelled(chain, id),
    readRelations(chain, id),
  ]);
  return {
    node: { versionId: id, label, kind: asset.kind, state: asset.state },
    parents: relations.map((r) => ({
      child: id,
      parent: r.parentVersion,
      type: relationOfId(r.relation),
      royaltyBps: r.royaltyBps,
      absolute: r.isAbsolute,
    })),
  };
}

async function inParts<T, R>(all: readonly T[], work: (one: T) => Promise<R>): Promise<R[]> {
  const done: R[] = [];
  for (let i = 0; i < all.length; i += AT_ONCE)
    for (const one of await Promise.all(all.slice(i, i + AT_ONCE).map(work))) done.push(one);
  return done;
}
