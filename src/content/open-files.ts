import { type DagEntry, openSource } from './source.ts';

type OpenSource = Awaited<ReturnType<typeof openSource>>;

export type OpenFiles = {
  use<T>(entry: DagEntry, read: (source: OpenSource) => Promise<T>): Promise<T>;
  close(): Promise<void>;
};

/**
 * Files of several blocks, which are read one after the other: each is opened once, and closed when the next one is
 * asked for and nobody reads from it any more.
 */
export function openFiles(): OpenFiles {
  let last: { entry: DagEntry; source: Promise<OpenSource>; reading: number; over: boolean } | undefined;
  const closing: Promise<void>[] = [];

  function closeIdle(file: NonNullable<typeof last>): void {
    // One that could not be opened has said so to its readers.
    if (file.over && file.reading === 0) closing.push(file.source.then((s) => s.close()).catch(() => {}));
  }
  function leave(): void {
    if (last === undefined) return;
    last.over = true;
    closeIdle(last);
    last = undefined;
  }
  return {
    async use(entry, read) {
      if (last?.entry !== entry) {
        leave();
        last = { entry, source: openSource(entry), reading: 0, over: false };
      }
      const file = last;
      file.reading++;
      try {
        return await read(await file.source);
      } finally {
        file.reading--;
        closeIdle(file);
      }
    },
    async close() {
      leave();
      await Promise.all(closing);
    },
  };
}
