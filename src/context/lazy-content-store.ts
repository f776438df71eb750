import type { ContentStore, ContentStoreOptions } from '../content/index.ts';

/** A content store whose code is loaded with its first use: most commands only read the chain. */
export function lazyContentStore(options: ContentStoreOptions & { gateway: string }): ContentStore {
  let opened: Promise<ContentStore> | undefined;
  let store: ContentStore | undefined;
  const open = () => {
    opened ??= import('../content/index.ts').then(({ contentStore }) => {
      store = contentStore(options);
      return store;
    });
    return opened;
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
