import { type CID, parseCid } from '../cid.ts';
import { linksOf } from '../unixfs.ts';
import { walkDag } from '../walk.ts';
import { BadRequest, type ContentNode } from './node.ts';
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
  for (const cid of cids) {
    if (type === 'recursive') await node.requireComplete(cid, call.signal);
    else await node.get(cid);
    const old = node.pins.get(cid);
    if (type === 'direct' && old?.type === 'recursive') throw new Error(`${cid} already pinned recursively`);
    node.pins.add({ cid, type, name: call.query.get('name') ?? old?.name ?? '' });
  }
  return { json: { Pins: cids.map(String) } };
};

export const pinRm: Handler = async (node, call) => {
  needArg(call, 'ipfs-path');
  const cids = await cidsOf(node, call.args);
  for (const cid of cids) if (!node.pins.get(cid)) throw new Error('not pinned or pinned indirectly');
  for (const cid of cids) node.pins.remove(cid);
  return { json: { Pins: cids.map(String) } };
};

type Listed = { Cid: string; Type: string; Name?: string };

export const pinLs: Handler = async (node, call) => {
  const type = call.query.get('type') || 'all';
  if (!['all', 'recursive', 'direct', 'indirect'].includes(type)) {
    throw new BadRequest(`invalid type '${type}', must be one of {direct, indirect, recursive, all}`);
  }
  const names = flag(call, 'names', false);
  const wantedName = call.query.get('name') ?? '';
  const listed: Listed[] = [];
  if (call.args.length > 0) {
    for (const cid of await cidsOf(node, call.args))
      listed.push(await howPinned(node, cid, type, call.signal));
  } else {
    for (const pin of node.pins.list()) {
      const fits = (type === 'all' || type === pin.type) && pin.name.includes(wantedName);
      if (fits) listed.push({ Cid: pin.cid.toString(), Type: pin.type, Name: pin.name });
    }
    if ((type === 'all' || type === 'indirect') && wantedName === '') {
      for (const cid of await indirect(node, call.signal)) listed.push({ Cid: cid, Type: 'indirect' });
    }
  }
  const shown = listed.map(({ Name, ...rest }) => (names && Name !== undefined ? { ...rest, Name } : rest));
  if (flag(call, 'stream', false)) return { lines: shown };
  const keys = shown.map(({ Cid, ...rest }): [string, unknown] => [Cid, rest]);
  return { json: { Keys: Object.fromEntries(keys) } };
};

async function howPinned(node: ContentNode, cid: CID, type: string, signal: AbortSignal): Promise<Listed> {
  const pin = node.pins.get(cid);
  if (pin !== undefined && (type === 'all' || type === pin.type)) {
    return { Cid: cid.toString(), Type: pin.type, Name: pin.name };
  }
  if (type === 'all' || type === 'indirect') {
    const key = cid.toV1().toString();
    for (const { cid: root, type: kind } of node.pins.list()) {
      if (kind !== 'recursive') continue;
      if ((await below(node, root, signal)).has(key)) {
        return { Cid: cid.toString(), Type: `indirect through ${root}` };
      }
    }
  }
  throw new Error(`path '${cid}' is not pinned${type === 'all' ? '' : ` or pinned indirectly as ${type}`}`);
}

/** Everything below `root`, without it, as version 1 CIDs. */
async function below(node: ContentNode, root: CID, signal: AbortSignal): Promise<Set<string>> {
  const found = new Set<string>();
  await walkDag(root, node.get, {
    signal,
    leaf: async () => {},
    visit: (cid, bytes) => {
      for (const link of linksOf(cid, bytes)) found.add(link.toV1().toString());
    },
  });
  return found;
}

async function indirect(node: ContentNode, signal: AbortSignal): Promise<Set<string>> {
  const all = new Set<string>();
  for (const { cid, type } of node.pins.list()) {
    if (type === 'recursive') for (const key of await below(node, cid, signal)) all.add(key);
  }
  for (const { cid } of node.pins.list()) all.delete(cid.toV1().toString());
  return all;
}
