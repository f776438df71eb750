import { type Chain, readRelations } from '../chain/index.ts';
import { relationOfId } from '../licensing/index.ts';
import { drawTree } from './lineage-draw.ts';
import type { LineageEdge, LineageGraph, LineageVersion } from './lineage-graph.ts';
import { readLabelled } from './naming.ts';

export type LineageNode = {
  versionId: bigint;
  label: string;
  kind: string;
  parents: { type: string; royaltyBps: number; node: LineageNode }[];
};

/** A version with everything it rests on. A version that is reached twice is read once and is the same node. */
export async function lineageOf(chain: Chain, versionId: bigint): Promise<LineageNode> {
  const known = new Map<bigint, Promise<LineageNode>>();
  const visit = (id: bigint): Promise<LineageNode> => {
    const seen = known.get(id);
    if (seen) return seen;
    const made = (async () => {
      const [{ asset, label }, relations] = await Promise.all([
        readLabelled(chain, id),
        readRelations(chain, id),
      ]);
      const parents = await Promise.all(
        relations.map(async (r) => ({
          type: relationOfId(r.relation),
          royaltyBps: r.royaltyBps,
          node: await visit(r.parentVersion),
        })),
      );
      return { versionId: id, label, kind: asset.kind, parents };
    })();
    known.set(id, made);
    return made;
  };
  return visit(versionId);
}

/** A drawing of the lineage, one line a relation; a version met again is named, not drawn again. */
export function drawLineage(root: LineageNode, formatRate: (bps: number) => string): string {
  return drawTree({ graph: graphOf(root), root: root.versionId, direction: 'up', formatRate });
}

function graphOf(root: LineageNode): LineageGraph {
  const nodes = new Map<bigint, LineageVersion>();
  const edges: LineageEdge[] = [];
  for (const open = [root]; open.length > 0; ) {
    const node = open.pop();
    if (!node || nodes.has(node.versionId)) continue;
    const { versionId, label, kind } = node;
    nodes.set(versionId, { versionId, label, kind, state: 'active' });
    for (const { type, royaltyBps, node: parent } of node.parents) {
      edges.push({ child: versionId, parent: parent.versionId, type, royaltyBps, absolute: false });
      open.push(parent);
    }
  }
  return { nodes, edges };
}
