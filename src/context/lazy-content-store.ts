import { SaharaError } from '../base/errors.ts';
import type { ContentStore, ContentStoreOptions } from '../content/index.ts';

/** A content store whose code is loaded with its first use: most commands only read the chain. */
export function lazyContentStore(
  options: ContentStoreOptions & { gateway: string; network: string },
): ContentStore {
  let opened: Promise<ContentStore> | undefined;
  let store: ContentStore | undefined;
  const open = async () => {
    // A network brings no content store, and what needs none works without.
    if (options.api === '') throw new SaharaError('CONTENT_UNSET', { network: options.network });
    opened ??= import('../content/index.ts').then(({ contentStore }) => {
      store = contentStore(options);
      return store;
    });
    return await opened;
  };
  return {
    api: options.api,
    gateway: options.gateway,
    version: async (...args) => (await open()).version(...args),
    has: async (...args) => (await open()).has(...args),
    put: async (...args) => (await open()).put(...args),
    fetchTo: async (...args) => (await open()).fetchTo(...args),
    readFile: async (...args) => (await open()).readFile(...args),
    async *readChunks(...args) {
      yield* (await open()).readChunks(...args);
    },
    list: async (...args) => (await open()).list(...args),
    verify: async (...args) => (await open()).verify(...args),
    unpin: async (...args) => (await open()).unpin(...args),
    close: () => store?.close(),
  };
}
