import { type Direction, edgesFrom, farEnd, type LineageEdge, type LineageGraph } from './lineage-graph.ts';

export type Drawing = {
  graph: LineageGraph;
  root: bigint;
  direction: Direction;
  /** Relations of a version that lead out of the graph. */
  hidden?: ReadonlyMap<bigint, number>;
  formatRate: (bps: number) => string;
  /** What is said of a version besides its name; nothing by default. */
  note?: (versionId: bigint) => string;
};

/** Levels that are drawn by indentation; below that the number of the level stands for it, or lines would grow for ever. */
const INDENTED = 24;

/**
 * The lineage as a tree, one line for each relation. A version that is reached again is named with a mark, and what
 * lies behind it is not drawn a second time, so that there are no more lines than relations.
 */
export function drawTree({ graph, root, direction, hidden, formatRate, note }: Drawing): string {
  const from = edgesFrom(graph, direction);
  const drawn = new Set<bigint>();
  const lines: string[] = [];
  const open: Entry[] = [{ id: root, edge: undefined, level: 0, indent: '', isLast: true }];
  for (let entry = open.pop(); entry; entry = open.pop()) {
    const { id, edge, level, indent, isLast } = entry;
    const next = from.get(id) ?? [];
    const more = hidden?.get(id) ?? 0;
    const again = drawn.has(id);
    const branch = level === 0 ? '' : isLast ? '└─ ' : '├─ ';
    const told = [
      level > INDENTED ? `[${level}] ` : '',
      edge ? relation(edge, direction, formatRate) : '',
      name(graph, id),
      again ? ' (drawn above)' : (note?.(id) ?? ''),
      more > 0 && !again ? ` … ${more} more` : '',
    ];
    lines.push(`${indent}${branch}${told.join('')}`);
    if (again) continue;
    drawn.add(id);
    const deeper = level === 0 || level > INDENTED ? indent : `${indent}${isLast ? '   ' : '│  '}`;
    // The last one is taken first from a stack.
    for (let i = next.length - 1; i >= 0; i--) {
      const step = next[i];
      if (!step) continue;
      const last = i === next.length - 1;
      open.push({ id: farEnd(step, direction), edge: step, level: level + 1, indent: deeper, isLast: last });
    }
  }
  return lines.join('\n');
}

type Entry = { id: bigint; edge: LineageEdge | undefined; level: number; indent: string; isLast: boolean };

function relation(edge: LineageEdge, direction: Direction, formatRate: (bps: number) => string): string {
  const rate = `${formatRate(edge.royaltyBps)}${edge.absolute ? ' absolute' : ''}`;
  return `${edge.type} ${rate} ${direction === 'up' ? '→' : '←'} `;
}

function name(graph: LineageGraph, id: bigint): string {
  const node = graph.nodes.get(id);
  if (!node) return `version ${id}`;
  return `${node.label} (${node.kind})${node.state === 'active' ? '' : ` [${node.state}]`}`;
}
