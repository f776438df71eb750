import { createHash } from 'node:crypto';
import { createReadStream, statSync } from 'node:fs';
import { SaharaError } from '../../base/errors.ts';
import { parseCid, RAW } from '../cid.ts';

/**
 * sha2-256 of a file that was just addressed, 64 hexadecimal digits. The address of a single block is that very
 * digest; larger files are read once more.
 *
 * @throws CONTENT_FILE_CHANGED, CONTENT_UNREADABLE
 */
export async function digestOfFile(
  onDisk: string,
  { path, size, cid }: { path: string; size: number; cid: string },
  signal?: AbortSignal,
): Promise<string> {
  const parsed = parseCid(cid);
  if (parsed.code === RAW) return Buffer.from(parsed.multihash.digest).toString('hex');
  const hash = createHash('sha256');
  let read = 0;
  try {
    const before = statSync(onDisk).mtimeMs;
    const stream = createReadStream(onDisk, { highWaterMark: 1024 * 1024, ...(signal ? { signal } : {}) });
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      hash.update(chunk);
      read += chunk.length;
    }
    if (read !== size || statSync(onDisk).mtimeMs !== before)
      throw new SaharaError('CONTENT_FILE_CHANGED', { path });
  } catch (cause) {
    signal?.throwIfAborted();
    if (cause instanceof SaharaError) throw cause;
    const reason = (cause as NodeJS.ErrnoException).code ?? String(cause);
    throw new SaharaError('CONTENT_UNREADABLE', { path, reason }, { cause });
  }
  return hash.digest('hex');
}
