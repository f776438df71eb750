import { join } from 'node:path';
import { blockKey, type CID } from '../cid.ts';
import { openKeeper } from '../node/keeper.ts';
import { type Hold, openPackStore } from '../node/pack-store.ts';
import { openPins } from '../node/pins.ts';
import { collect } from './collect.ts';
import type { TinyDag } from './tiny-dag.ts';

export const signal = new AbortController().signal;

/** The node's store, pins and keeper, without its servers and its lock; packs are small. */
export async function openRepo(dir: string, options: { graceMs?: number; segmentBytes?: number } = {}) {
  const log: string[] = [];
  const pins = openPins(dir, (m) => log.push(m));
  const store = await openPackStore(join(dir, 'packs'), (m) => log.push(m), {
    graceMs: 0,
    segmentBytes: 4000,
    ...options,
    onDamage: () => keeper.doubt(),
  });
  const get = async (cid: CID) => {
    const bytes = await store.get(cid);
    if (bytes === undefined) throw new Error(`missing ${cid}`);
    return bytes;
  };
  const keeper = openKeeper({ store, pins, get });
  return {
    store,
    pins,
    keeper,
    log,
    /** As `dag/import` without pins. */
    async upload({ blocks }: TinyDag, hold: Hold = store.hold()) {
      const writer = store.writer(hold);
      for (const block of blocks) await writer.add(block);
      await writer.finish();
      return hold;
    },
    pin: ({ root }: TinyDag) => keeper.pin([{ cid: root, type: 'recursive', name: '' }], signal),
    unpin: ({ root }: TinyDag) => keeper.unpin([root], signal),
    async gc() {
      return new Set((await collect(keeper.collect(signal))).map(blockKey));
    },
    keys: () => new Set([...store.keys()].map(blockKey)),
    async close() {
      await store.close();
      pins.close();
    },
  };
}
export type Repo = Awaited<ReturnType<typeof openRepo>>;
