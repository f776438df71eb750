import type { ContentStore } from './store.ts';

/** The same store, to which nothing is sent and from which nothing is written to disk. Reading is for real. */
export function dryRunStore(store: ContentStore): ContentStore {
  return {
    ...store,
    async put(dag, { signal } = {}) {
      // Asked for as before an upload, so that a store that is not there is noticed.
      await store.has(dag.root, signal ? { signal } : {});
      return { root: dag.root, sentBytes: 0, blocksSent: 0, blocksThere: 0 };
    },
    fetchTo: (cid, dest, options = {}) => store.fetchTo(cid, dest, { ...options, dryRun: true }),
    async unpin() {},
  };
}
