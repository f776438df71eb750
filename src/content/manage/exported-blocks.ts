import { SaharaError } from '../../base/errors.ts';
import { type CarBlock, importCar } from '../car.ts';
import { type CID, cidKey, matches } from '../cid.ts';
import type { Chunks, Rpc } from '../rpc.ts';

/** A node's own `dag/export`, block by block. */
export type ExportedBlocks = {
  /** The next block, where it is this one and right; undefined from then on where the node sends anything else. */
  next(cid: CID): Promise<Uint8Array | undefined>;
  /** Nothing more is wanted. */
  close(): Promise<void>;
  /** The last one was taken: what remains is the end of the answer. */
  end(): Promise<void>;
};

/**
 * All blocks below an address in one request, instead of one for each. Nothing of it is taken on trust: who reads
 * knows which block has to come next, and asks for it by itself from the first on that is missing, wrong, or does not
 * come. So a node that does not know `dag/export`, or stops in the middle of it, is only slower.
 */
export function exportedBlocks(rpc: Rpc, root: CID, signal?: AbortSignal): ExportedBlocks {
  let blocks: Promise<AsyncGenerator<CarBlock, void, undefined>> | undefined;
  let chunks: Chunks | undefined;
  let isOver = false;

  const open = async () => {
    const query = { arg: root.toString(), offline: true };
    chunks = await rpc.stream({ endpoint: 'dag/export', query, signal });
    return (await importCar(chunks)).blocks;
  };
  const close = async () => {
    isOver = true;
    // What the node thought of it is of no interest any more.
    await blocks?.catch(() => {});
    await chunks?.return().catch(() => {});
  };

  return {
    async next(cid) {
      if (isOver) return undefined;
      try {
        blocks ??= open();
        const { value: block } = await (await blocks).next();
        if (block && cidKey(block.cid) === cidKey(cid) && matches(cid, block.bytes)) return block.bytes;
      } catch (error) {
        signal?.throwIfAborted();
        if (!(error instanceof SaharaError)) throw error;
      }
      await close();
      return undefined;
    },
    close,
    async end() {
      // Read to its end, the connection can be used again.
      if (!isOver) await blocks?.then((open) => open.next()).catch(() => {});
      await close();
    },
  };
}
