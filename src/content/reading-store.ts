import { silentProgress } from '../base/progress.ts';
import { parseCid } from './cid.ts';
import type { ContentStore } from './store.ts';
import type { GetBlock } from './unixfs.ts';

export type Reading = Pick<ContentStore, 'fetchTo' | 'readFile' | 'readChunks' | 'list' | 'verify'>;

/** The reading half of a content store, whatever its blocks come from; `getter` gives blocks that were checked. */
export function readingFrom(getter: (signal: AbortSignal | undefined) => GetBlock): Reading {
  return {
    async fetchTo(cid, dest, fetchOptions = {}) {
      const { fetchTo } = await import('./fetch.ts');
      return await fetchTo(getter(fetchOptions.signal), parseCid(cid), dest, fetchOptions);
    },
    async readFile(cid, path = '', { maxBytes = 16 * 1024 * 1024, signal } = {}) {
      return await (await import('./reading.ts')).readFile(getter(signal), parseCid(cid), path, maxBytes);
    },
    async *readChunks(cid, path = '', { maxBytes = 16 * 1024 * 1024, signal } = {}) {
      yield* (await import('./reading.ts')).readChunks(getter(signal), parseCid(cid), path, maxBytes);
    },
    async list(cid, path = '', { signal } = {}) {
      return await (await import('./reading.ts')).list(getter(signal), parseCid(cid), path);
    },
    async verify(cid, { signal, progress = silentProgress } = {}) {
      return await (await import('./reading.ts')).verify(getter(signal), parseCid(cid), progress, signal);
    },
  };
}
