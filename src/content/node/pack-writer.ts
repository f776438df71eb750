import { constants, writeSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { BATCH_BYTES } from './pack-batch.ts';
import { writeAll } from './pack-files.ts';
import { isAtPage, PAGE_BYTES, pageMemory } from './page-memory.ts';

/** Less than this goes through the cache. Bytes. */
const LARGE_BYTES = 1024 * 1024;

/** Writes at the end of one pack, one write at a time. */
export type PackWriter = {
  /**
   * At most a batch, and without a copy when its place in a page is that of its memory (see `pageMemory`). When it fails a
   * part may have been written.
   */
  write(bytes: Uint8Array, at: number): Promise<void>;
  close(): Promise<void>;
};

/**
 * Large writes go past the system's cache where that can be done (Linux, most file systems). All of it must be on disk
 * before it is acknowledged, so the cache would save nothing; and to find, clear and fill pages for it can take longer
 * than the disk does. What is before the first and behind the last whole page goes the usual way.
 *
 * @param path of the pack
 * @param file the same pack, open for writing
 */
export async function openPackWriter(path: string, file: FileHandle): Promise<PackWriter> {
  let direct = await openDirect(path);
  let memory: Uint8Array | undefined;

  async function close(): Promise<void> {
    const handle = direct;
    direct = undefined;
    await handle?.close();
  }

  function atPage(bytes: Uint8Array): Uint8Array {
    if (isAtPage(bytes)) return bytes;
    memory ??= pageMemory(BATCH_BYTES);
    memory.set(bytes);
    return memory;
  }

  /** Gives how many bytes were written: all, some, or none where the file system does not do it. */
  async function writePages(pages: Uint8Array, at: number): Promise<number> {
    if (direct === undefined) return 0;
    try {
      return (await direct.write(atPage(pages), 0, pages.length, at)).bytesWritten;
    } catch {
      // Some file systems say so only now. Were it anything else, the usual way would say it, too.
      await close();
      return 0;
    }
  }

  return {
    async write(bytes, at) {
      if (direct === undefined || bytes.length < LARGE_BYTES) return await writeAll(file, [bytes], at);
      const first = -at & (PAGE_BYTES - 1);
      const end = bytes.length - ((at + bytes.length) & (PAGE_BYTES - 1));
      writeHere(file, bytes.subarray(0, first), at);
      const done = first + (await writePages(bytes.subarray(first, end), at + first));
      if (done === end) writeHere(file, bytes.subarray(done), at + done);
      else await writeAll(file, [bytes.subarray(done)], at + done);
    },
    close,
  };
}

/** Less than a page, into the cache: the way through the thread pool would take longer. */
function writeHere(file: FileHandle, bytes: Uint8Array, at: number): void {
  for (let done = 0; done < bytes.length; )
    done += writeSync(file.fd, bytes, done, bytes.length - done, at + done);
}

async function openDirect(path: string): Promise<FileHandle | undefined> {
  const { O_DIRECT, O_WRONLY } = constants;
  return O_DIRECT === undefined ? undefined : await open(path, O_WRONLY | O_DIRECT).catch(() => undefined);
}
