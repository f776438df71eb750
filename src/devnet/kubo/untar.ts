/** A program of more bytes than this is none: an archive that unpacks to it is hostile. */
const MAX_BYTES = 512 * 1024 * 1024;
const BLOCK = 512;

/** The archive is not what it should be; the message says in which way. */
export class BadArchive extends Error {}

/**
 * The bytes of one regular file in a tar (IEEE 1003.1 ustar). Nothing else of it is looked at, so that no name in it
 * matters: entries with extended headers are stepped over like all others.
 *
 * @throws BadArchive when the file is not in it, is no regular file, or the tar is damaged or cut short
 */
export async function* fileInTar(
  chunks: AsyncIterable<Uint8Array>,
  wanted: string,
): AsyncGenerator<Uint8Array, void, undefined> {
  let held: Uint8Array = Buffer.alloc(0);
  // What is left of the current entry, its padding included, and of that the bytes of the file.
  let skip = 0;
  let wantedLeft = 0;
  let found = false;
  for await (const chunk of chunks) {
    held = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
    while (held.length > 0) {
      if (skip > 0) {
        const take = Math.min(skip, held.length);
        const body = held.subarray(0, Math.min(take, wantedLeft));
        if (body.length > 0) yield body;
        wantedLeft -= body.length;
        skip -= take;
        held = held.subarray(take);
        continue;
      }
      // Whatever follows the file does not matter, and is taken off all the same: its checksum is at its end.
      if (found) {
        held = held.subarray(held.length);
        continue;
      }
      if (held.length < BLOCK) break;
      const header = Buffer.from(held.subarray(0, BLOCK));
      held = held.subarray(BLOCK);
      if (header.every((byte) => byte === 0)) throw new BadArchive(`${wanted} is not in it`);
      const entry = readHeader(header);
      skip = Math.ceil(entry.size / BLOCK) * BLOCK;
      if (entry.name !== wanted) continue;
      if (entry.type !== '0' && entry.type !== '\0')
        throw new BadArchive(`${wanted} is no regular file in it`);
      if (entry.size === 0) throw new BadArchive(`${wanted} is empty in it`);
      found = true;
      wantedLeft = entry.size;
    }
  }
  if (!found) throw new BadArchive(`${wanted} is not in it`);
  if (wantedLeft > 0) throw new BadArchive('it is cut short');
}

function readHeader(header: Buffer): { name: string; size: number; type: string } {
  const sum = header.reduce((total, byte, at) => total + (at >= 148 && at < 156 ? 32 : byte), 0);
  if (octal(header, 148, 8) !== sum) throw new BadArchive('a header in it is damaged');
  const size = octal(header, 124, 12);
  if (size > MAX_BYTES) throw new BadArchive(`a file in it has ${size} bytes`);
  const prefix = header.toString('latin1', 257, 262) === 'ustar' ? text(header, 345, 155) : '';
  const name = text(header, 0, 100);
  return {
    name: prefix === '' ? name : `${prefix}/${name}`,
    size,
    type: header.toString('latin1', 156, 157),
  };
}

function text(header: Buffer, at: number, length: number): string {
  return header.toString('utf8', at, at + length).replace(/\0.*$/s, '');
}

function octal(header: Buffer, at: number, length: number): number {
  const digits = header
    .toString('latin1', at, at + length)
    .replace(/\0.*$/s, '')
    .trim();
  if (!/^[0-7]+$/.test(digits)) throw new BadArchive('a header in it is damaged');
  return Number.parseInt(digits, 8);
}
