import { join } from 'node:path';
import { type CID, inlined, parseCid } from '../cid.ts';
import { type GetBlock, resolvePath, type UnixNode } from '../unixfs.ts';
import { walkDag } from '../walk.ts';
import { openPackStore, type PackStore } from './pack-store.ts';
import { openPins, type Pins } from './pins.ts';
import { loadPeer, lockRepo, type Peer } from './repo.ts';

/** Worded as Kubo words it when it is offline: clients know errors by their words. */
export class MissingBlock extends Error {
  constructor(cid: CID) {
    super(`block was not found locally (offline): ipld: could not find ${cid}`);
  }
}

/** The request itself is wrong. Kubo answers these with 400. */
export class BadRequest extends Error {}

/** An open repo with everything that the two HTTP faces need. */
export type ContentNode = {
  dir: string;
  peer: Peer;
  store: PackStore;
  pins: Pins;
  /** @throws MissingBlock, DamagedBlock */
  get: GetBlock;
  /** Follows `cid`, `/ipfs/cid`, `cid/path`. */
  resolve(path: string): Promise<{ root: CID; cid: CID; node: UnixNode; path: string; through: CID[] }>;
  /** Throws MissingBlock unless everything under `root` is here. */
  requireComplete(root: CID, signal?: AbortSignal): Promise<void>;
  close(): Promise<void>;
};

/**
 * Opens the repo in `dir` for this process alone.
 *
 * @throws CONTENT_REPO_LOCKED
 */
export async function openNode(dir: string, log: (message: string) => void): Promise<ContentNode> {
  const unlock = lockRepo(dir);
  try {
    const peer = loadPeer(dir);
    const pins = openPins(join(dir, 'pins.json'));
    const store = await openPackStore(join(dir, 'packs'), log);
    const get: GetBlock = async (cid) => {
      const bytes = inlined(cid) ?? (await store.get(cid));
      if (bytes === undefined) throw new MissingBlock(cid);
      return bytes;
    };
    return {
      dir,
      peer,
      store,
      pins,
      get,
      async resolve(text) {
        const [first = '', ...rest] = text.replace(/^\/ipfs\//, '').split('/');
        const root = parseCid(first);
        const path = rest.filter((name) => name !== '').join('/');
        return { root, path, ...(await resolvePath(get, root, path)) };
      },
      async requireComplete(root, signal) {
        await walkDag(root, get, {
          signal,
          leaf: async (cid) => {
            if (!store.has(cid)) throw new MissingBlock(cid);
          },
        });
      },
      async close() {
        await store.close();
        unlock();
      },
    };
  } catch (error) {
    unlock();
    throw error;
  }
}
