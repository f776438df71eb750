import { type CID, cidKey, parseCid } from '../cid.ts';
import { BadRequest, type ContentNode } from './node.ts';
import type { Pin } from './pins.ts';
import { walkReach } from './reach.ts';
import { flag, type Handler, needArg } from './reply.ts';

async function cidsOf(node: ContentNode, args: string[]): Promise<CID[]> {
  return await Promise.all(
    args.map(async (arg) => {
      const bare = arg.replace(/^\/ipfs\//, '').replace(/\/$/, '');
      return bare.includes('/') ? (await node.resolve(arg)).cid : parseCid(bare);
    }),
  );
}

export const pinAdd: Handler = async (node, call) => {
  needArg(call, 'ipfs-path');
  const type = flag(call, 'recursive', true) ? 'recursive' : 'direct';
  const cids = await cidsOf(node, call.args);
  const pins = cids.map((cid): Pin => {
    const old = node.pins.get(cid);
    if (type === 'direct' && old?.type === 'recursive') throw new Error(`${cid} already pinned recursively`);
    return { cid, type, name: call.query.get('name') ?? old?.name ?? '' };
  });
  await node.keeper.pin(pins, call.signal);
  return { json: { Pins: cids.map(String) } };
};

export const pinRm: Handler = async (node, call) => {
  needArg(call, 'ipfs-path');
  const cids = await cidsOf(node, call.args);
  for (const cid of cids) if (!node.pins.get(cid)) throw new Error('not pinned or pinned indirectly');
  await node.keeper.unpin(cids, call.signal);
  return { json: { Pins: cids.map(String) } };
};

export const pinUpdate: Handler = async (node, call) => {
  const [from, to] = await cidsOf(node, call.args);
  if (from === undefined || to === undefined) throw new BadRequest('argument "to-path" is required');
  const old = node.pins.get(from);
  if (old?.type !== 'recursive') throw new Error("'from' cid was not recursively pinned already");
  await node.keeper.pin(
    [{ cid: to, type: 'recursive', name: call.query.get('name') ?? old.name }],
    call.signal,
  );
  if (flag(call, 'unpin', true) && keyOf(from) !== keyOf(to)) await node.keeper.unpin([from], call.signal);
  return { json: { Pins: [from, to].map(String) } };
};

type Listed = { Cid: string; Type: string; Name?: string };

const keyOf = (cid: CID) => cidKey(cid.toV1());

export const pinLs: Handler = async (node, call) => {
  const type = call.query.get('type') || 'all';
  if (!['all', 'recursive', 'direct', 'indirect'].includes(type)) {
    throw new BadRequest(`invalid type '${type}', must be one of {direct, indirect, recursive, all}`);
  }
  const names = flag(call, 'names', false);
  const listed =
    call.args.length > 0
      ? await howPinned(node, await cidsOf(node, call.args), type, call.signal)
      : allPins(node, type, call.query.get('name') ?? '', call.signal);
  const shown = async function* () {
    for await (const { Name, ...rest } of listed)
      yield names && Name !== undefined ? { ...rest, Name } : rest;
  };
  if (flag(call, 'stream', false)) return { lines: shown() };
  const keys: [string, unknown][] = [];
  for await (const { Cid, ...rest } of shown()) keys.push([Cid, rest]);
  return { json: { Keys: Object.fromEntries(keys) } };
};

/** How each of these is kept. One that a pin names but whose blocks are not all here is not: to add it again helps. */
async function howPinned(
  node: ContentNode,
  cids: readonly CID[],
  type: string,
  signal: AbortSignal,
): Promise<Listed[]> {
  const listed = new Map<CID, Listed>();
  const sought = new Map<string, CID>();
  for (const cid of cids) {
    const pin = node.pins.get(cid);
    if (pin === undefined || (type !== 'all' && type !== pin.type)) {
      sought.set(keyOf(cid), cid);
      continue;
    }
    await node.keeper.requireKept(pin, signal).catch(() => {
      signal.throwIfAborted();
      // Clients know errors by their words: the words of a block that is missing would say something else.
      throw new Error(`path '${cid}' is not pinned any more: blocks that it needs are missing or damaged`);
    });
    listed.set(cid, { Cid: cid.toString(), Type: pin.type, Name: pin.name });
  }
  if (sought.size > 0 && (type === 'all' || type === 'indirect')) {
    for await (const { root, cid } of reached(node, signal)) {
      const found = root.equals(cid) ? undefined : sought.get(keyOf(cid));
      if (found === undefined) continue;
      listed.set(found, { Cid: found.toString(), Type: `indirect through ${root}` });
      sought.delete(keyOf(cid));
      if (sought.size === 0) break;
    }
  }
  return cids.map((cid) => {
    const found = listed.get(cid);
    if (found !== undefined) return found;
    throw new Error(`path '${cid}' is not pinned${type === 'all' ? '' : ` or pinned indirectly as ${type}`}`);
  });
}

async function* allPins(
  node: ContentNode,
  type: string,
  wantedName: string,
  signal: AbortSignal,
): AsyncGenerator<Listed> {
  for (const pin of node.pins.list()) {
    const fits = (type === 'all' || type === pin.type) && pin.name.includes(wantedName);
    if (fits) yield { Cid: pin.cid.toString(), Type: pin.type, Name: pin.name };
  }
  if ((type !== 'all' && type !== 'indirect') || wantedName !== '') return;
  for await (const { cid } of reached(node, signal)) {
    if (node.pins.get(cid) === undefined) yield { Cid: cid.toV1().toString(), Type: 'indirect' };
  }
}

/** Every block that a recursive pin reaches, once, with a pin that does. What is lacking is passed over. */
async function* reached(node: ContentNode, signal: AbortSignal): AsyncGenerator<{ root: CID; cid: CID }> {
  const marks = node.store.marks();
  for (const { cid: root, type } of node.pins.list()) {
    if (type !== 'recursive') continue;
    const found: CID[] = [];
    const visit = (cid: CID) => found.push(cid) > 0;
    await walkReach(root, { get: node.get, marks, lacking: () => {}, visit, signal });
    for (const cid of found) yield { root, cid };
  }
}
