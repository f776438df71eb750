import { type Chain, readRelations } from '../chain/index.ts';
import { relationOfId } from '../licensing/index.ts';
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

/** A drawing of the lineage, one line a node; a node met again is named, not drawn again. */
export function drawLineage(root: LineageNode, formatRate: (bps: number) => string): string {
  const drawn = new Set<bigint>();
  const lines: string[] = [];
  const visit = (node: LineageNode, head: string, indent: string, edge: string) => {
    const again = drawn.has(node.versionId) && node.parents.length > 0;
    lines.push(`${head}${edge}${node.label} (${node.kind})${again ? ' …' : ''}`);
    if (again) return;
    drawn.add(node.versionId);
    node.parents.forEach(({ type, royaltyBps, node: parent }, i) => {
      const last = i === node.parents.length - 1;
      visit(
        parent,
        `${indent}${last ? '└─ ' : '├─ '}`,
        `${indent}${last ? '   ' : '│  '}`,
        `${type} ${formatRate(royaltyBps)} → `,
      );
    });
  };
  visit(root, '', '', '');
  return lines.join('\n');
}
