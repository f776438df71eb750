import { type Block, exportCar, importCar } from '../car.ts';
import { type CID, inlined, MAX_BLOCK_BYTES, matches, SHA2_256 } from '../cid.ts';
import { linksOf } from '../unixfs.ts';
import { gathered, giveBackRing, takeRing } from './gathered.ts';
import { readMultipart } from './multipart.ts';
import { BadRequest, type ContentNode } from './node.ts';
import { mismatch } from './pack-batch.ts';
import type { PackStore } from './pack-store.ts';
import type { Pin } from './pins.ts';
import { flag, type Handler, needArg } from './reply.ts';

/** Smaller blocks are checked sooner than they are handed to another thread. Bytes. */
const LARGE_BYTES = 256 * 1024;
/** Of a CAR so much is looked at, at most: a block, and one that is not whole. Bytes. */
const UNREAD_BYTES = 2 * (MAX_BLOCK_BYTES + 64 * 1024);

/**
 * `dag/import`: every block is checked against its CID, written and synced before the answer; with
 * `pin-roots` (the default) each root must be complete. Kubo would search the network for what is missing.
 */
export const dagImport: Handler = async (node, call) => {
  const hold = node.store.hold();
  const ring = takeRing(UNREAD_BYTES);
  const sent = gathered(call.request, ring);
  try {
    const writer = node.store.writer(hold);
    const roots = new Map<string, CID>();
    let blocks = 0;
    let bytes = 0;
    let parts = 0;
    const contentType = call.request.headers['content-type'];
    for await (const part of readMultipart(contentType, sent)) {
      parts++;
      const car = await importCar(part.body, { lend: 1 });
      for (const root of car.roots) roots.set(root.toString(), root);
      for await (const block of car.blocks) {
        call.signal.throwIfAborted();
        blocks++;
        bytes += block.bytes.length;
        await take(writer, block);
      }
    }
    if (parts === 0) throw new BadRequest('argument "path" is required');
    await writer.finish();
    if (flag(call, 'pin-roots', true)) {
      // One that is pinned already keeps its name.
      const pins = [...roots.values()].map((cid): Pin => {
        const old = node.pins.get(cid);
        return old?.type === 'recursive' ? old : { cid, type: 'recursive', name: '' };
      });
      await node.keeper.pin(pins, call.signal);
      hold.settle();
    }
    const lines: unknown[] = [...roots.keys()].map((text) => ({
      Root: { Cid: { '/': text }, PinErrorMsg: '' },
    }));
    if (flag(call, 'stats', false)) lines.push({ Stats: { BlockCount: blocks, BlockBytesCount: bytes } });
    return { lines };
  } finally {
    hold.leave();
    await sent.return();
    giveBackRing(ring);
  }
};

/** Adds a block that is what its address says. A large one is held to that beside what follows. */
async function take(writer: ReturnType<PackStore['writer']>, block: Block): Promise<void> {
  const { cid, bytes } = block;
  const isLater = bytes.length >= LARGE_BYTES && cid.multihash.code === SHA2_256;
  if (!isLater && !matches(cid, bytes)) throw mismatch(cid);
  if (inlined(cid) === undefined) await writer.add(block, !isLater);
}

/** `dag/export`: depth first, each block once, as Kubo does. */
export const dagExport: Handler = async (node, call) => {
  const { cid } = await node.resolve(needArg(call, 'root'));
  return { bytes: exportCar([cid], depthFirst(node, cid, call.signal)), type: 'application/vnd.ipld.car' };
};

/** Every block under `root` in depth-first order; with `dups` as often as it is linked. */
export async function* depthFirst(
  node: ContentNode,
  root: CID,
  signal: AbortSignal,
  dups = false,
): AsyncGenerator<Block, void, undefined> {
  const seen = new Set<string>();
  const waiting = [root];
  for (let cid = waiting.pop(); cid !== undefined; cid = waiting.pop()) {
    signal.throwIfAborted();
    const key = cid.toString();
    if (inlined(cid) !== undefined || (!dups && seen.has(key))) continue;
    seen.add(key);
    const bytes = await node.get(cid);
    yield { cid, bytes };
    for (const link of linksOf(cid, bytes).toReversed()) waiting.push(link);
  }
}
