/** One thing in a tar. Folders have no body. */
export type TarEntry =
  | { path: string; type: 'folder' }
  | { path: string; type: 'file'; size: number; body: AsyncIterable<Uint8Array> };

const BLOCK = 512;

/**
 * A POSIX tar (IEEE 1003.1 pax interchange) of these entries. Names that a plain header cannot hold, and
 * sizes from 8 GiB, go into an extended header. Owners and times are zero, so equal content gives equal tars.
 */
export async function* tar(entries: AsyncIterable<TarEntry>): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const entry of entries) {
    const size = entry.type === 'file' ? entry.size : 0;
    const path = entry.type === 'folder' ? `${entry.path}/` : entry.path;
    const extra: string[] = [];
    // biome-ignore lint/suspicious/noControlCharactersInRegex: ASCII is what a plain header holds
    if (Buffer.byteLength(path) > 100 || !/^[\x00-\x7f]*$/.test(path)) extra.push(paxRecord('path', path));
    if (size >= 8 ** 11) extra.push(paxRecord('size', String(size)));
    if (extra.length > 0) {
      const body = Buffer.from(extra.join(''));
      yield header('PaxHeader', body.length, 'x');
      yield padded(body);
    }
    yield header(path, size, entry.type === 'folder' ? '5' : '0');
    if (entry.type === 'file') {
      yield* entry.body;
      yield Buffer.alloc((BLOCK - (size % BLOCK)) % BLOCK);
    }
  }
  yield Buffer.alloc(2 * BLOCK);
}

/** "length key=value\n", where the length counts its own digits. */
function paxRecord(key: string, value: string): string {
  const rest = ` ${key}=${value}\n`;
  const bytes = Buffer.byteLength(rest);
  let length = bytes + 1;
  while (String(length).length + bytes > length) length = String(length).length + bytes;
  return `${length}${rest}`;
}

function header(path: string, size: number, type: string): Buffer {
  const block = Buffer.alloc(BLOCK);
  const octal = (value: number, at: number, digits: number) =>
    block.write(`${value.toString(8).padStart(digits, '0')}\0`, at, 'latin1');
  Buffer.from(path).copy(block, 0, 0, 100);
  octal(type === '5' ? 0o755 : 0o644, 100, 7);
  octal(0, 108, 7);
  octal(0, 116, 7);
  octal(size >= 8 ** 11 ? 0 : size, 124, 11);
  octal(0, 136, 11);
  block.write('        ', 148, 'latin1');
  block.write(type, 156, 'latin1');
  block.write('ustar\x0000', 257, 'latin1');
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return block;
}

function padded(body: Buffer): Buffer {
  return Buffer.concat([body, Buffer.alloc((BLOCK - (body.length % BLOCK)) % BLOCK)]);
}
