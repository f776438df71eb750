import { byteReader, invalidCar as invalid } from './car-reader.ts';
import { CID, MAX_BLOCK_BYTES } from './cid.ts';

/** A CAR header names roots only; one this large is hostile. Bytes. */
const MAX_HEADER_BYTES = 64 * 1024;
/** Longest CID that may stand before a block: version, codec, hash and length, and a digest of 64 bytes. */
const MAX_CID_BYTES = 96;

export type Block = { cid: CID; bytes: Uint8Array };

/** A block as it was read from a CAR, with where its bytes begin in it. */
export type CarBlock = Block & { offset: number };

/** LEB128, as in CAR and multiformats. */
export function varint(value: number): Uint8Array {
  const out: number[] = [];
  let rest = value;
  while (rest >= 0x80) {
    out.push((rest % 0x80) | 0x80);
    rest = Math.floor(rest / 0x80);
  }
  out.push(rest);
  return Uint8Array.from(out);
}

/** CARv1 header with roots (https://ipld.io/specs/transport/car/carv1/), length prefix included. */
export function carHeader(roots: readonly CID[]): Uint8Array {
  if (roots.length > 23) throw new RangeError('more than 23 roots');
  const parts: Uint8Array[] = [
    Buffer.from([0xa2, 0x65]),
    Buffer.from('roots'),
    Buffer.from([0x80 + roots.length]),
  ];
  for (const root of roots) {
    // Tag 42, a byte string, and the identity multibase prefix that DAG-CBOR links have.
    parts.push(Buffer.from([0xd8, 0x2a, ...byteString(root.bytes.length + 1), 0x00]), root.bytes);
  }
  parts.push(Buffer.from([0x67]), Buffer.from('version'), Buffer.from([0x01]));
  const body = Buffer.concat(parts);
  return Buffer.concat([varint(body.length), body]);
}

/** What stands before a byte string in CBOR (RFC 8949), in its shortest form: an identity CID may be of any length. */
function byteString(length: number): number[] {
  if (length < 24) return [0x40 + length];
  return length < 0x100 ? [0x58, length] : [0x59, length >> 8, length & 0xff];
}

/** What stands before a block's bytes in a CAR. */
export function sectionHead(cid: CID, length: number): Uint8Array {
  return Buffer.concat([varint(cid.bytes.length + length), cid.bytes]);
}

/** Small blocks are put together, since each chunk has its price on its way. Bytes. */
const TOGETHER_BYTES = 64 * 1024;

/** A CAR of these blocks, in their order. The next block is asked for when the chunk with the one before was taken. */
export async function* exportCar(
  roots: readonly CID[],
  blocks: Iterable<Block> | AsyncIterable<Block>,
): AsyncGenerator<Uint8Array, void, undefined> {
  yield carHeader(roots);
  let waiting: Uint8Array[] = [];
  let size = 0;
  for await (const { cid, bytes } of blocks) {
    waiting.push(sectionHead(cid, bytes.length));
    const isLarge = bytes.length >= TOGETHER_BYTES / 4;
    // A copy, as its memory may be used again for the next block.
    if (!isLarge) waiting.push(Buffer.from(bytes));
    size += bytes.length;
    if (!isLarge && size < TOGETHER_BYTES) continue;
    yield Buffer.concat(waiting);
    if (isLarge) yield bytes;
    waiting = [];
    size = 0;
  }
  if (waiting.length > 0) yield Buffer.concat(waiting);
}

/**
 * Reads a CAR (version 1, or the version 1 inside of version 2) from a stream, block by block. Bytes are
 * *not* checked against their CIDs here.
 *
 * @param options.lend a block's bytes are the caller's only until it has asked for so many more: they are where they were
 * in the chunks, which have to last as long, or in memory that is used again. Default 0: chunks last for ever
 * @throws CONTENT_CAR_INVALID when it is truncated, malformed, or a block is larger than `maxBlock` bytes
 */
export async function importCar(
  chunks: AsyncIterable<Uint8Array>,
  options: { maxBlock?: number; lend?: number } = {},
): Promise<{ roots: CID[]; blocks: AsyncGenerator<CarBlock, void, undefined> }> {
  const maxBlock = options.maxBlock ?? MAX_BLOCK_BYTES;
  const reader = byteReader(chunks, options.lend ?? 0);
  const { CarBufferReader } = await import('@ipld/car/buffer-reader');

  const readHeader = async (): Promise<{ version: number; bytes: Uint8Array }> => {
    const length = await reader.varint();
    if (length === undefined) throw invalid('it is empty');
    if (length === 0 || length > MAX_HEADER_BYTES) throw invalid('its header has an impossible length');
    const body = await reader.exactly(length);
    // {"version": 2} as DAG-CBOR, the whole header of a CARv2 pragma.
    const version = Buffer.from(body).equals(Buffer.from('a16776657273696f6e02', 'hex')) ? 2 : 1;
    return { version, bytes: Buffer.concat([varint(length), body]) };
  };

  let header = await readHeader();
  let end = Number.POSITIVE_INFINITY;
  if (header.version === 2) {
    const fixed = Buffer.from(await reader.exactly(40));
    const dataOffset = Number(fixed.readBigUInt64LE(16));
    const dataSize = Number(fixed.readBigUInt64LE(24));
    if (dataOffset < reader.position()) throw invalid('its version 2 header points backwards');
    await reader.skip(dataOffset - reader.position());
    end = dataOffset + dataSize;
    header = await readHeader();
    if (header.version === 2) throw invalid('a version 2 CAR holds another');
  }
  let roots: CID[];
  try {
    roots = CarBufferReader.fromBytes(header.bytes)
      .getRoots()
      .map((root) => CID.decode(root.bytes));
  } catch (cause) {
    throw invalid('its header cannot be decoded', cause);
  }

  async function* blocks(): AsyncGenerator<CarBlock, void, undefined> {
    while (reader.position() < end) {
      const length = await reader.varint();
      if (length === undefined) {
        if (end !== Number.POSITIVE_INFINITY) throw invalid('it ends in the middle');
        return;
      }
      if (length === 0) throw invalid('it has a section of length zero');
      if (length > maxBlock + MAX_CID_BYTES) throw invalid(`a block is larger than ${maxBlock} bytes`);
      const section = await reader.exactly(length);
      let cid: CID;
      let bytes: Uint8Array;
      try {
        // From a copy: a CID is a view of the bytes it was read from, and would keep a whole block in memory.
        [cid] = CID.decodeFirst(Uint8Array.from(section.subarray(0, MAX_CID_BYTES)));
        bytes = section.subarray(cid.bytes.length);
      } catch (cause) {
        throw invalid('the address of a block cannot be decoded', cause);
      }
      if (bytes.length > maxBlock) throw invalid(`a block is larger than ${maxBlock} bytes`);
      yield { cid, bytes, offset: reader.position() - bytes.length };
    }
    // A version 2 index may follow; the sender waits until it is taken off the wire.
    await reader.drain();
  }
  return { roots, blocks: blocks() };
}
