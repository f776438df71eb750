import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { pipeline, Readable } from 'node:stream';
import { crc32, createGunzip, createGzip } from 'node:zlib';
import { FORMAT } from './types.ts';

/*
 * The file that a snapshot is exported to: 16 bytes of name, the version of the form (32 bits, little-endian), then gzip
 * (RFC 1952) of records. A record: its kind (one letter), the length of what it says and the CRC-32 of kind, length and
 * that (32 bits each, little-endian), and what it says. Their order:
 *
 *   M  the manifest
 *   F  a file begins: {"path"}
 *   D  a piece of it, at most 1 MiB
 *   E  it ends: {"bytes","sha256"}
 *   Z  all is told: {"files","bytes"}
 */

export const NAME = Buffer.from('sahara-snapshot\n');
const HEAD_BYTES = NAME.length + 4;
const RECORD_HEAD = 9;
const PIECE = 256 * 1024;
const MAX_PIECE = 1024 * 1024;
const MAX_MANIFEST = 64 * 1024 * 1024;

export type ArchivedFile = { path: string; chunks: AsyncIterable<Uint8Array> };
export type Told = { bytes: number; sha256: string };

type Kind = 'M' | 'F' | 'D' | 'E' | 'Z';

function record(kind: Kind, said: Uint8Array): Buffer {
  const head = Buffer.alloc(RECORD_HEAD);
  head.write(kind, 0, 'latin1');
  head.writeUInt32LE(said.length, 1);
  head.writeUInt32LE(crc32(said, crc32(head.subarray(0, 5))), 5);
  return Buffer.concat([head, said]);
}

const json = (kind: Kind, said: unknown): Buffer => record(kind, Buffer.from(JSON.stringify(said)));

/** The bytes of an archive, as they are asked for. @param told what each file came to, before its end is written */
export async function* archiveOf(
  manifest: string,
  files: Iterable<ArchivedFile> | AsyncIterable<ArchivedFile>,
  told: (path: string, file: Told) => void = () => {},
): AsyncGenerator<Uint8Array, void, undefined> {
  const version = Buffer.alloc(4);
  version.writeUInt32LE(FORMAT);
  yield Buffer.concat([NAME, version]);
  const gzip = createGzip({ level: 3 });
  // What fails before it fails its reader.
  pipeline(Readable.from(recordsOf(manifest, files, told), { objectMode: true }), gzip, () => {});
  yield* gzip as AsyncIterable<Uint8Array>;
}

async function* recordsOf(
  manifest: string,
  files: Iterable<ArchivedFile> | AsyncIterable<ArchivedFile>,
  told: (path: string, file: Told) => void,
): AsyncGenerator<Uint8Array> {
  yield record('M', Buffer.from(manifest));
  const all = { files: 0, bytes: 0 };
  for await (const { path, chunks } of files) {
    yield json('F', { path });
    const hash = createHash('sha256');
    let bytes = 0;
    for await (const chunk of chunks) {
      hash.update(chunk);
      bytes += chunk.length;
      for (let at = 0; at < chunk.length; at += PIECE) yield record('D', chunk.subarray(at, at + PIECE));
    }
    const file = { bytes, sha256: hash.digest('hex') };
    told(path, file);
    yield json('E', file);
    all.files++;
    all.bytes += bytes;
  }
  yield json('Z', all);
}

/** What is wrong with an archive; `version` where only that is. */
export class ArchiveProblem extends Error {
  readonly version: number | undefined;
  constructor(message: string, options: { version?: number; cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.version = options.version;
  }
}

/** Who takes what is in an archive, in its order. It refuses by throwing. */
export type Taker = {
  manifest(text: string): void | Promise<void>;
  begin(path: string): void | Promise<void>;
  piece(bytes: Uint8Array): void | Promise<void>;
  end(file: Told): void | Promise<void>;
};

/**
 * Reads a whole archive. Every record is checked before it is given, every file when it ends, and the whole when all was
 * told; nothing may follow. Holds a piece in memory, and the manifest.
 *
 * @param progress told of bytes of the file
 * @throws ArchiveProblem, and what `taker` throws
 */
export async function readArchive(
  file: string,
  taker: Taker,
  { signal, progress = () => {} }: { signal?: AbortSignal; progress?: (bytes: number) => void } = {},
): Promise<void> {
  const size = await checkHead(file);
  const source = createReadStream(file, { start: HEAD_BYTES, highWaterMark: PIECE });
  source.on('data', (chunk) => progress(chunk.length));
  const gunzip = createGunzip({ chunkSize: PIECE });
  pipeline(source, gunzip, () => {});
  const reader = pieces(gunzip as AsyncIterable<Buffer>);
  try {
    await readRecords(reader, taker, signal);
    if (gunzip.bytesWritten !== size - HEAD_BYTES) throw new ArchiveProblem('something follows its end');
  } finally {
    gunzip.destroy();
    source.destroy();
  }
}

async function checkHead(file: string): Promise<number> {
  const handle = await open(file, 'r');
  try {
    const head = Buffer.alloc(HEAD_BYTES);
    const { bytesRead } = await handle.read(head, 0, HEAD_BYTES, 0);
    const name = head.subarray(0, Math.min(bytesRead, NAME.length));
    if (!name.equals(NAME.subarray(0, name.length)) || bytesRead === 0)
      throw new ArchiveProblem('it is no exported snapshot');
    if (bytesRead < HEAD_BYTES) throw new ArchiveProblem('it is cut short');
    const version = head.readUInt32LE(NAME.length);
    if (version !== FORMAT) throw new ArchiveProblem(`it has version ${version} of the form`, { version });
    return (await handle.stat()).size;
  } finally {
    await handle.close();
  }
}

async function readRecords(
  reader: ReturnType<typeof pieces>,
  taker: Taker,
  signal: AbortSignal | undefined,
): Promise<void> {
  let open: { hash: ReturnType<typeof createHash>; bytes: number } | undefined;
  const all = { files: 0, bytes: 0 };
  let isFirst = true;
  for (;;) {
    signal?.throwIfAborted();
    const head = await reader.exactly(RECORD_HEAD);
    const kind = String.fromCharCode(head[0] ?? 0) as Kind;
    const length = head.readUInt32LE(1);
    const isKnown = isFirst
      ? kind === 'M'
      : open
        ? kind === 'D' || kind === 'E'
        : kind === 'F' || kind === 'Z';
    if (!isKnown) throw new ArchiveProblem('its records do not follow each other as they must');
    if (length > (kind === 'M' ? MAX_MANIFEST : MAX_PIECE)) throw new ArchiveProblem('a record is too long');
    const said = await reader.exactly(length);
    if (crc32(said, crc32(head.subarray(0, 5))) !== head.readUInt32LE(5))
      throw new ArchiveProblem('a record is not what was written');
    if (kind === 'M') await taker.manifest(said.toString());
    else if (kind === 'F') {
      open = { hash: createHash('sha256'), bytes: 0 };
      await taker.begin(String(parse(said)['path']));
    } else if (kind === 'D' && open) {
      open.hash.update(said);
      open.bytes += said.length;
      await taker.piece(said);
    } else if (kind === 'E' && open) {
      const file = { bytes: open.bytes, sha256: open.hash.digest('hex') };
      const { bytes, sha256 } = parse(said);
      if (bytes !== file.bytes || sha256 !== file.sha256)
        throw new ArchiveProblem('a file in it is not what was written');
      open = undefined;
      all.files++;
      all.bytes += file.bytes;
      await taker.end(file);
    } else {
      const { files, bytes } = parse(said);
      if (files !== all.files || bytes !== all.bytes) throw new ArchiveProblem('files of it are missing');
      break;
    }
    isFirst = false;
  }
  if (!(await reader.isOver())) throw new ArchiveProblem('something follows its end');
}

function parse(said: Buffer): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(said.toString());
    if (typeof value === 'object' && value !== null) return value as Record<string, unknown>;
  } catch {}
  throw new ArchiveProblem('a record cannot be read');
}

/** Exact numbers of bytes out of chunks. */
function pieces(chunks: AsyncIterable<Buffer>) {
  const iterator = chunks[Symbol.asyncIterator]();
  let held: Buffer[] = [];
  let available = 0;
  const more = async (): Promise<boolean> => {
    let next: IteratorResult<Buffer>;
    try {
      next = await iterator.next();
    } catch (cause) {
      const isShort = (cause as NodeJS.ErrnoException).code === 'Z_BUF_ERROR';
      throw new ArchiveProblem(isShort ? 'it is cut short' : 'it is not what was written', { cause });
    }
    if (next.done === true) return false;
    held.push(next.value);
    available += next.value.length;
    return true;
  };
  return {
    async exactly(length: number): Promise<Buffer> {
      while (available < length) if (!(await more())) throw new ArchiveProblem('it is cut short');
      const whole = held.length === 1 ? (held[0] as Buffer) : Buffer.concat(held);
      held = whole.length > length ? [whole.subarray(length)] : [];
      available -= length;
      return whole.subarray(0, length);
    },
    async isOver(): Promise<boolean> {
      while (available === 0) if (!(await more())) return true;
      return false;
    },
  };
}
