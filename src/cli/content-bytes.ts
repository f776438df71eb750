import { createHash } from 'node:crypto';
import { SaharaError } from '../base/errors.ts';
import type { ContentAccess, Exported } from '../content/index.ts';
import type { Output } from './output.ts';
import { writeBytes } from './streams.ts';
import { isTerminal } from './ui/terminal.ts';
import { safe } from './ui/text.ts';

/** The digest of bytes, and their text where they are UTF-8 and not more than `maxText` bytes. */
export async function digested(
  chunks: AsyncIterable<Uint8Array>,
  maxText: number,
): Promise<{ sha256: string; text: string | null }> {
  const hash = createHash('sha256');
  const kept: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of chunks) {
    hash.update(chunk);
    size += chunk.length;
    if (size <= maxText) kept.push(chunk);
  }
  return { sha256: hash.digest('hex'), text: size <= maxText ? textOf(Buffer.concat(kept)) : null };
}

function textOf(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}

/** For eyes: bytes of somebody else's must not steer the terminal. */
export async function* visibly(
  chunks: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void, undefined> {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  for await (const chunk of chunks) yield Buffer.from(safe(decoder.decode(chunk, { stream: true })));
  yield Buffer.from(safe(decoder.decode()));
}

/** A CAR to standard output, which then has room for nothing else. @throws USAGE where it is not free for that */
export async function carToStdout(
  access: ContentAccess,
  address: string,
  output: Output,
  signal: AbortSignal,
): Promise<Exported> {
  const command = 'content export';
  if (output.format !== 'text' || output.fields)
    throw new SaharaError('USAGE', {
      message:
        '"-" writes the archive to stdout, where --json, --output and --fields write too; name a file.',
      command,
    });
  if (isTerminal('stdout'))
    throw new SaharaError('USAGE', { message: 'stdout is a terminal; name a file, or pipe it on.', command });
  const { openCar } = await import('../content/index.ts');
  const car = await openCar(access, address, { signal });
  const hash = createHash('sha256');
  let size = 0;
  const bytes = async function* () {
    for await (const chunk of car.chunks) {
      hash.update(chunk);
      size += chunk.length;
      yield chunk;
    }
  };
  await writeBytes(bytes());
  return { cid: car.cid, file: '-', blocks: car.blocks(), size, sha256: hash.digest('hex') };
}
