import { isError } from '../../base/errors.ts';
import { type Block, exportCar } from '../car.ts';
import { type CID, cidKey, inlined } from '../cid.ts';
import {
  folderEntries,
  type GetBlock,
  MAX_LEVELS,
  parseNode,
  resolvePath,
  type UnixNode,
  unsafe,
} from '../unixfs.ts';
import { BadRequest, type ContentNode } from './node.ts';
import { depthFirst } from './rpc-dag.ts';

export type CarRequest = {
  scope: 'block' | 'entity' | 'all';
  /** Of a file, bytes: first and last included; negative counts from the end; `*` is undefined. */
  range: { from: number; to: number | undefined } | undefined;
  dups: boolean;
};

/** Reads the parameters of a CAR request (https://specs.ipfs.tech/http-gateways/trustless-gateway/). */
export function carRequest(query: URLSearchParams, accept: ReadonlyMap<string, string>): CarRequest {
  const scope = query.get('dag-scope') ?? 'all';
  if (scope !== 'block' && scope !== 'entity' && scope !== 'all')
    throw new BadRequest(`unknown dag-scope: ${scope}`);
  const option = (name: string) => query.get(`car-${name}`) ?? accept.get(name);
  const version = option('version') ?? '1';
  if (version !== '1') throw new BadRequest(`CAR version ${version} is not supported, only 1`);
  const order = option('order') ?? 'unk';
  if (order !== 'dfs' && order !== 'unk')
    throw new BadRequest(`CAR order ${order} is not supported, only dfs`);
  const dups = option('dups') ?? 'n';
  if (dups !== 'y' && dups !== 'n') throw new BadRequest(`CAR dups is y or n, not ${dups}`);
  const text = query.get('entity-bytes');
  if (text === null) return { scope, range: undefined, dups: dups === 'y' };
  const match = /^(-?\d+):(-?\d+|\*)$/.exec(text);
  if (match === null) throw new BadRequest(`entity-bytes is "from:to", not ${text}`);
  const to = match[2] === '*' ? undefined : Number(match[2]);
  // A range says which bytes of the entity, so it asks for the entity.
  return { scope: 'entity', range: { from: Number(match[1]), to }, dups: dups === 'y' };
}

/** The blocks that prove `path` under `root`, then those that were asked for, as a CAR in depth-first order. */
export function gatewayCar(
  node: ContentNode,
  root: CID,
  path: string,
  request: CarRequest,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array, void, undefined> {
  return exportCar([root], blocks());

  async function* blocks(): AsyncGenerator<Block, void, undefined> {
    const sent = new Set<string>();
    const fresh = (cid: CID) => {
      const key = cid.toString();
      if (inlined(cid) !== undefined || (!request.dups && sent.has(key))) return false;
      sent.add(key);
      return true;
    };
    // Whatever is read on the way is what the client needs for the same way.
    const read: Block[] = [];
    const recording: GetBlock = async (cid) => {
      signal.throwIfAborted();
      const bytes = await node.get(cid);
      if (fresh(cid)) read.push({ cid, bytes });
      return bytes;
    };
    // Without a path there is nothing to follow, and the root need not be UnixFS.
    const { cid: end, node: entity } =
      path === ''
        ? { cid: root, node: entityOf(root, await recording(root)) }
        : await resolvePath(recording, root, path);
    yield* read.splice(0);
    if (request.scope === 'block') return;
    if (request.scope === 'all') {
      let seenEnd = false;
      for await (const block of depthFirst(node, end, signal, request.dups)) {
        // It is there already, at the end of the path.
        if (block.cid.equals(end) && !seenEnd) seenEnd = true;
        else if (fresh(block.cid)) yield block;
      }
      return;
    }
    if (entity === undefined) return;
    const pieces =
      entity.type === 'file'
        ? fileBlocks(recording, end, entity, span(request.range, entity.size), request.dups)
        : folderEntries(recording, end, entity);
    for await (const piece of pieces) {
      void piece;
      yield* read.splice(0);
    }
    yield* read.splice(0);
  }
}

/**
 * Reads the blocks that a range of a file needs. Without `dups` a part that was read as a whole is not looked into
 * again: a few blocks that link to each other make a file with more parts than anybody could count.
 */
async function* fileBlocks(
  get: GetBlock,
  cid: CID,
  node: UnixNode & { type: 'file' },
  { start, end }: { start: number; end: number },
  dups: boolean,
  whole: Set<string> = new Set(),
  level = 0,
): AsyncGenerator<void, void, undefined> {
  if (level > MAX_LEVELS) throw unsafe(cid, 'its file tree is nested without end');
  let at = node.data.length;
  for (const child of node.children) {
    const from = at;
    at += child.size;
    if (child.size === 0 || from >= end || at <= start) continue;
    const key = cidKey(child.cid);
    if (!dups && from >= start && at <= end) {
      if (whole.has(key)) continue;
      whole.add(key);
    }
    const below = parseNode(child.cid, await get(child.cid));
    yield;
    if (below.type !== 'file') throw unsafe(child.cid, 'a part of a file was expected here');
    if (below.size !== child.size) throw unsafe(child.cid, 'it is not as long as its parent says');
    const range = { start: start - from, end: end - from };
    yield* fileBlocks(get, child.cid, below, range, dups, whole, level + 1);
  }
}

/** What a block says in UnixFS; undefined for other data, of which the entity is the block alone. */
function entityOf(cid: CID, bytes: Uint8Array): UnixNode | undefined {
  try {
    return parseNode(cid, bytes);
  } catch (error) {
    if (isError(error, 'CONTENT_UNSAFE')) return undefined;
    throw error;
  }
}

function span(range: CarRequest['range'], size: number): { start: number; end: number } {
  if (range === undefined) return { start: 0, end: size };
  const at = (position: number) => Math.min(Math.max(position < 0 ? size + position : position, 0), size);
  return { start: at(range.from), end: range.to === undefined ? size : Math.min(at(range.to) + 1, size) };
}
