import type { BuildDagOptions } from './dag.ts';
import { buildFileDag, CHUNK_BYTES, type FileDag, type FileSink, smallFileDag } from './file-dag.ts';
import { cidOf, type Key } from './key.ts';
import type { Place } from './places.ts';
import { type DagEntry, openSource, readSmall } from './source.ts';

/** Small files are hashed without a pause for so long, milliseconds; then whoever else waits gets a turn. */
const TURN_MS = 15;

/**
 * Addresses files one after the other, each with all cores that it can use, and remembers where their blocks are.
 *
 * @param digest hash each file as a whole too
 */
export function collectBlocks({ signal, progress, sink, lend = false }: BuildDagOptions, digest: boolean) {
  const places = new Map<Key, Place>();
  const keepBytes = sink !== undefined && (lend ? 'lent' : true);
  /** Small files are read into the same memory, unless it is given away. */
  const scratch = keepBytes === true ? undefined : Buffer.allocUnsafeSlow(CHUNK_BYTES + 1);
  let turn = performance.now();

  /** Undefined where there is nothing to wait for: a promise for each of many small files is felt. */
  function put(key: Key, place: Place, bytes: Uint8Array | undefined): Promise<void> | undefined {
    if (places.has(key)) return undefined;
    places.set(key, place);
    return sink !== undefined && bytes !== undefined ? sink({ cid: cidOf(key), bytes }) : undefined;
  }
  const node = (key: Key, bytes: Uint8Array) => put(key, { kind: 'node', bytes }, bytes);
  const advance = (bytes: number) => progress?.advance(bytes);

  return {
    places: places as ReadonlyMap<Key, Place>,
    node,
    /** Blocks that another DAG holds, and that go to no sink. */
    adopt(others: ReadonlyMap<Key, Place>): void {
      for (const [key, place] of others) if (!places.has(key)) places.set(key, place);
    },
    async file(entry: Exclude<DagEntry, { emptyFolder: true }>): Promise<FileDag & { size: number }> {
      signal?.throwIfAborted();
      const small = 'file' in entry ? readSmall(entry, CHUNK_BYTES, scratch) : undefined;
      if (small !== undefined) {
        const { bytes, state } = small;
        const dag = smallFileDag(bytes);
        const length = bytes.length;
        const taken = put(dag.key, { kind: 'leaf', entry, state, offset: 0, length }, bytes);
        if (taken !== undefined) await taken;
        advance(length);
        if (performance.now() - turn > TURN_MS) {
          await new Promise((resume) => setImmediate(resume));
          turn = performance.now();
        }
        return { ...dag, size: length };
      }
      const source = await openSource(entry);
      try {
        const { state, size } = source;
        const into: FileSink = {
          leaf: (key, offset, length, bytes) =>
            put(key, { kind: 'leaf', entry, state, offset, length }, bytes),
          node,
          advance,
        };
        return { ...(await buildFileDag(source, into, { signal, digest, keepBytes })), size };
      } finally {
        await source.close();
      }
    },
  };
}
