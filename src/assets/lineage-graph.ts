/** A version as a node of the lineage. */
export type LineageVersion = {
  versionId: bigint;
  /** "penguins@1". */
  label: string;
  kind: string;
  /** State of its asset. */
  state: 'active' | 'deprecated' | 'revoked';
};

/** One relation: the child rests on the parent. */
export type LineageEdge = {
  child: bigint;
  parent: bigint;
  /** "TRAINED_ON". */
  type: string;
  /** What the parent gets, basis points: of all that the child earns, or, where absolute, of direct payments only. */
  royaltyBps: number;
  /** True where the royalty is owed by every descendant on its direct payments. */
  absolute: boolean;
};

/**
 * Versions and their relations. A DAG: on chain every parent's id is smaller than its child's, so that the ids
 * themselves are a topological order and nothing here needs recursion.
 */
export type LineageGraph = {
  nodes: ReadonlyMap<bigint, LineageVersion>;
  edges: readonly LineageEdge[];
};

export type Direction = 'up' | 'down';

/** The relations of each version in one direction: to its parents (up) or to its children (down), in their order. */
export function edgesFrom(graph: LineageGraph, direction: Direction): ReadonlyMap<bigint, LineageEdge[]> {
  const from = new Map<bigint, LineageEdge[]>();
  for (const edge of graph.edges) {
    const at = direction === 'up' ? edge.child : edge.parent;
    const known = from.get(at);
    if (known) known.push(edge);
    else from.set(at, [edge]);
  }
  return from;
}

/** Where a relation leads, in that direction. */
export function farEnd(edge: LineageEdge, direction: Direction): bigint {
  return direction === 'up' ? edge.parent : edge.child;
}

/** The least number of relations between the root and each version that it reaches in that direction; the root's is 0. */
export function depths(graph: LineageGraph, root: bigint, direction: Direction): Map<bigint, number> {
  const from = edgesFrom(graph, direction);
  const found = new Map([[root, 0]]);
  for (let level = [root], depth = 1; level.length > 0; depth++) {
    const next: bigint[] = [];
    for (const id of level)
      for (const edge of from.get(id) ?? []) {
        const far = farEnd(edge, direction);
        if (found.has(far)) continue;
        found.set(far, depth);
        next.push(far);
      }
    level = next;
  }
  return found;
}

/** The part of a graph that lies within so many relations of the root, and between those versions. */
export function within(
  graph: LineageGraph,
  root: bigint,
  direction: Direction,
  depth: number,
): LineageGraph & { hidden: ReadonlyMap<bigint, number> } {
  const far = depths(graph, root, direction);
  const isShown = (id: bigint) => (far.get(id) ?? Infinity) <= depth;
  const hidden = new Map<bigint, number>();
  const edges: LineageEdge[] = [];
  for (const edge of graph.edges) {
    const [near, beyond] = direction === 'up' ? [edge.child, edge.parent] : [edge.parent, edge.child];
    if (!isShown(near)) continue;
    if (isShown(beyond)) edges.push(edge);
    else if (far.has(beyond)) hidden.set(near, (hidden.get(near) ?? 0) + 1);
  }
  return { nodes: new Map([...graph.nodes].filter(([id]) => isShown(id))), edges, hidden };
}
