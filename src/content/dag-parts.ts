import type { Block } from './car.ts';
import { type CID, cidKey, RAW } from './cid.ts';

/** One block of a DAG; `node` are its bytes when it has links. */
export type Part = { cid: CID; length: number; node: Uint8Array | undefined };

export type DagParts = {
  /** Every distinct block once, parents before children, in the order of `Dag.blocks`. Reads no file. */
  outline(): Iterable<Part> | AsyncIterable<Part>;
  /**
   * These blocks, in this order. Files are read again, and must be as they were. A block's bytes are the caller's only
   * until it asks for the next one.
   *
   * @param options.hash whether the bytes are hashed as well; else whoever takes them has to, as stores do
   */
  pick(
    cids: readonly CID[],
    options: { signal: AbortSignal | undefined; hash: boolean },
  ): AsyncGenerator<Block, void, undefined>;
};

/** The parts of a DAG that can only be read from its beginning. */
export function partsFromBlocks(
  blocks: (options: { signal?: AbortSignal }) => AsyncIterable<Block>,
): DagParts {
  return {
    async *outline() {
      for await (const { cid, bytes } of blocks({}))
        yield { cid, length: bytes.length, node: cid.code === RAW ? undefined : bytes };
    },
    async *pick(cids, { signal }) {
      const wanted = new Set(cids.map(cidKey));
      for await (const block of blocks(signal ? { signal } : {})) {
        if (wanted.delete(cidKey(block.cid))) yield block;
        if (wanted.size === 0) return;
      }
    },
  };
}
