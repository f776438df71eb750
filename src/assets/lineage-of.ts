import { resolveAsset, uniqueRef } from '../chain/index.ts';
import type { Context } from '../context/index.ts';
import { toDot, toMermaid } from './lineage-diagrams.ts';
import { drawTree } from './lineage-draw.ts';
import { type Direction, depths, type LineageGraph, within } from './lineage-graph.ts';
import { readAncestors, readDescendants } from './lineage-read.ts';
import { sharesFromBelow, sharesOfPayment } from './lineage-shares.ts';

export type LineageOptions = {
  direction: Direction | 'both';
  /** Show only what is within so many relations. The shares are of the whole all the same. */
  depth?: number;
  /** Of a royalty, and of a share of one SAHARA in wei: as people read it. */
  formatRate: (bps: number) => string;
  formatShare: (wei: bigint) => string;
  /** What to draw. */
  format: 'tree' | 'dot' | 'mermaid' | 'none';
};

export type LineageEntry = {
  versionId: bigint;
  /** "penguins@1". */
  label: string;
  kind: string;
  /** State of its asset: active, deprecated or revoked. */
  state: string;
  /** Where it is: the version asked for, what that rests on (up), or what rests on it (down). */
  side: 'self' | 'up' | 'down';
  /** The least number of relations between it and the version asked for. */
  depth: number;
  /** Upwards: of each SAHARA paid for the version asked for, wei that come in here, after the fee, rounded down; else null. */
  arrives: bigint | null;
  /** Upwards: of each SAHARA paid for the version asked for, wei that end here, for owner and contributors; else null. */
  stays: bigint | null;
  /** Downwards: of each SAHARA paid for this one, wei that come in at the version asked for; else null. */
  passes: bigint | null;
};

export type Lineage = {
  versionId: bigint;
  label: string;
  /** Names this version and no other: "curator/penguins@1". */
  ref: string;
  direction: Direction | 'both';
  versions: LineageEntry[];
  relations: {
    /** Id of the version that rests on the parent. */
    child: bigint;
    /** Id of the version that it rests on. */
    parent: bigint;
    /** The relation: TRAINED_ON and the like. */
    type: string;
    /** What the parent gets, in basis points. */
    royaltyBps: number;
    /** True where it is owed by every descendant, of direct payments only. */
    absolute: boolean;
  }[];
  /** Relations that --depth leaves out, at the edge of what is shown. */
  hidden: number;
  /** Text of the diagram where one was asked for (dot, mermaid); null otherwise. */
  diagram: string | null;
};

/** Further than any lineage goes: an id is 40 bits. */
const ALL = 2 ** 40;

/**
 * What a version rests on, what rests on it, and which part of a payment ends where.
 *
 * @returns `text`: the drawing for people, in the format asked for
 * @throws ASSET_REF_INVALID, ASSET_UNKNOWN, ASSET_AMBIGUOUS, VERSION_UNKNOWN
 */
export async function lineage(
  { chain }: Pick<Context, 'chain'>,
  ref: string,
  options: LineageOptions,
): Promise<{ data: Lineage; text: string }> {
  const { asset, versionId: root } = await resolveAsset(chain, ref);
  const { direction, depth = ALL, formatRate } = options;
  const none: LineageGraph = { nodes: new Map(), edges: [] };
  const [ancestors, descendants] = await Promise.all([
    direction === 'down' ? none : readAncestors(chain, root),
    direction === 'up' ? none : readDescendants(chain, [root]),
  ]);
  const up = direction === 'down' ? undefined : half(ancestors, root, 'up', depth);
  const down = direction === 'up' ? undefined : half(descendants, root, 'down', depth);
  const upShares = up && sharesOfPayment(ancestors, root);
  const downShares = down && sharesFromBelow(descendants, root);
  const graph: LineageGraph = {
    nodes: new Map([...(up?.graph.nodes ?? []), ...(down?.graph.nodes ?? [])]),
    edges: [...(up?.graph.edges ?? []), ...(down?.graph.edges ?? [])],
  };
  const self = graph.nodes.get(root);
  const label = self?.label ?? `${root}`;
  const diagram =
    options.format === 'dot'
      ? toDot({ graph, root, formatRate })
      : options.format === 'mermaid'
        ? toMermaid({ graph, root, formatRate })
        : null;
  const data: Lineage = {
    versionId: root,
    label,
    ref: `${uniqueRef(asset)}@${label.slice(label.lastIndexOf('@') + 1)}`,
    direction,
    versions: [...graph.nodes.values()].map((node) => {
      const id = node.versionId;
      const isUp = up?.graph.nodes.has(id) ?? false;
      return {
        ...node,
        side: id === root ? 'self' : isUp ? 'up' : 'down',
        depth: (isUp ? up : down)?.depths.get(id) ?? 0,
        arrives: upShares?.get(id)?.arrives ?? null,
        stays: upShares?.get(id)?.stays ?? null,
        passes: downShares?.get(id) ?? null,
      };
    }),
    relations: [...graph.edges],
    hidden: total(up?.graph.hidden) + total(down?.graph.hidden),
    diagram,
  };
  if (diagram !== null || options.format === 'none') return { data, text: diagram ?? '' };
  const tree = (h: Half, note: (id: bigint) => string) =>
    drawTree({ graph: h.graph, root, direction: h.direction, hidden: h.graph.hidden, formatRate, note });
  const parts: string[] = [];
  if (up) {
    const tail = (id: bigint) => `  keeps ${options.formatShare(upShares?.get(id)?.stays ?? 0n)}`;
    parts.push(
      up.graph.edges.length + total(up.graph.hidden) === 0
        ? `${label} rests on nothing.`
        : `Of each payment for ${label}, after the fee and once settled:\n${tree(up, tail)}`,
    );
  }
  if (down)
    parts.push(
      data.versions.some((v) => v.side === 'down')
        ? tree(down, (id) =>
            id === root
              ? '  gets of each payment for:'
              : `  ${options.formatShare(downShares?.get(id) ?? 0n)}`,
          )
        : `Nothing rests on ${label} yet.`,
    );
  return { data, text: parts.join('\n\n') };
}

type Half = {
  graph: ReturnType<typeof within>;
  direction: Direction;
  depths: Map<bigint, number>;
};

function half(graph: LineageGraph, root: bigint, direction: Direction, depth: number): Half {
  return {
    graph: within(graph, root, direction, depth),
    direction,
    depths: depths(graph, root, direction),
  };
}

function total(hidden: ReadonlyMap<bigint, number> | undefined): number {
  let sum = 0;
  for (const n of hidden?.values() ?? []) sum += n;
  return sum;
}
