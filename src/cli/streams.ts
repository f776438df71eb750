/** Codes of a stream whose reader has gone: `sahara asset list | head -1` is no failure of ours. */
const READER_GONE = new Set(['EPIPE', 'ERR_STREAM_DESTROYED', 'ERR_STREAM_WRITE_AFTER_END']);

/** What a stream has failed with. It is not written to again: Node never comes back from a second failure of stdout. */
const broken = new WeakMap<NodeJS.WriteStream, Error>();

/** Keeps a reader that goes away from ending the process: what was begun is completed, and said to nobody. */
export function installStreams(): void {
  for (const stream of [process.stdout, process.stderr]) {
    // oclif's own listener throws a second time what `write` has reported already.
    stream.removeAllListeners('error');
    stream.on('error', (error) => broken.set(stream, error));
  }
}

/**
 * Writes, and waits until the bytes are handed over, so that nothing is cut off when the process ends.
 *
 * @throws what the system says, e.g. ENOSPC for a file on a full disk; but not when the reader has gone
 */
export function write(stream: NodeJS.WriteStream, text: string | Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = (error: Error | null | undefined) => {
      if (!error || READER_GONE.has((error as NodeJS.ErrnoException).code ?? '')) return resolve();
      broken.set(stream, error);
      reject(error);
    };
    const earlier = broken.get(stream);
    if (earlier) end(earlier);
    else stream.write(text, end);
  });
}

/**
 * Writes bytes as they are, as fast as the reader takes them.
 *
 * @returns false when the reader has gone, and no more was asked for
 * @throws as {@link write}
 */
export async function writeBytes(chunks: AsyncIterable<Uint8Array>): Promise<boolean> {
  for await (const chunk of chunks) {
    await write(process.stdout, chunk);
    if (broken.has(process.stdout)) return false;
  }
  return true;
}

/** Writes what may be lost, e.g. a note. */
export function tell(stream: NodeJS.WriteStream, text: string): void {
  write(stream, text).catch(() => {});
}
