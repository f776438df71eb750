import { join } from 'node:path';
import { type CID, inlined, parseCid } from '../cid.ts';
import { type GetBlock, resolvePath, type UnixNode } from '../unixfs.ts';
import { type Keeper, MissingBlock, openKeeper } from './keeper.ts';
import { openPackStore, type PackStore } from './pack-store.ts';
import { openPins, type Pins } from './pins.ts';
import { loadPeer, lockRepo, type Peer } from './repo.ts';

export { MissingBlock };

/** The request itself is wrong. Kubo answers these with 400. */
export class BadRequest extends Error {}

/** An open repo with everything that the two HTTP faces need. */
export type ContentNode = {
  dir: string;
  peer: Peer;
  store: PackStore;
  /** Read only: pins are made and undone by the keeper. */
  pins: Pick<Pins, 'get' | 'list'>;
  keeper: Keeper;
  /** @throws MissingBlock, DamagedBlock */
  get: GetBlock;
  /** Follows `cid`, `/ipfs/cid`, `cid/path`. */
  resolve(path: string): Promise<{ root: CID; cid: CID; node: UnixNode; path: string; through: CID[] }>;
  close(): Promise<void>;
};

/**
 * Opens the repo in `dir` for this process alone.
 *
 * @param options `graceMs`: how long garbage collection leaves alone what an upload left unpinned
 * @throws CONTENT_REPO_LOCKED
 */
export async function openNode(
  dir: string,
  log: (message: string) => void,
  options: { graceMs?: number | undefined } = {},
): Promise<ContentNode> {
  const unlock = lockRepo(dir);
  try {
    const peer = loadPeer(dir);
    const pins = openPins(dir, log);
    let keeper: Keeper | undefined;
    const store = await openPackStore(join(dir, 'packs'), log, {
      ...(options.graceMs === undefined ? {} : { graceMs: options.graceMs }),
      onDamage: () => keeper?.doubt(),
    });
    const get: GetBlock = async (cid) => {
      const bytes = inlined(cid) ?? (await store.get(cid));
      if (bytes === undefined) throw new MissingBlock(cid);
      return bytes;
    };
    keeper = openKeeper({ store, pins, get });
    return {
      dir,
      peer,
      store,
      pins,
      keeper,
      get,
      async resolve(text) {
        const [first = '', ...rest] = text.replace(/^\/ipfs\//, '').split('/');
        const root = parseCid(first);
        const path = rest.filter((name) => name !== '').join('/');
        return { root, path, ...(await resolvePath(get, root, path)) };
      },
      async close() {
        await store.close();
        pins.close();
        unlock();
      },
    };
  } catch (error) {
    unlock();
    throw error;
  }
}
