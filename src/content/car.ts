import { SaharaError } from '../base/errors.ts';
import { CID, MAX_BLOCK_BYTES } from './cid.ts';

/** A CAR header names roots only; one this large is hostile. Bytes. */
const MAX_HEADER_BYTES = 64 * 1024;
/** Longest CID that may stand before a block: version, codec, hash and length, and a digest of 64 bytes. */
const MAX_CID_BYTES = 96;
/** Sizes of sections whose memory is used again, bytes, and how many of them: leaves of 1 MiB. */
const KEPT_BYTES = { least: 256 * 1024, most: 1024 * 1024 + MAX_CID_BYTES, count: 16 };

export type Block = {
  cid: CID;
  bytes: Uint8Array;
  /** Whoever took the block, and is done with its bytes, may say so: they are then written over. */
  release?: () => void;
};

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
    // Tag 42, byte string with a one-byte length, and the identity multibase prefix that DAG-CBOR links have.
    parts.push(Buffer.from([0xd8, 0x2a, 0x58, root.bytes.length + 1, 0x00]), root.bytes);
  }
  parts.push(Buffer.from([0x67]), Buffer.from('version'), Buffer.from([0x01]));
  const body = Buffer.concat(parts);
  return Buffer.concat([varint(body.length), body]);
}

/** What stands before a block's bytes in a CAR. */
export function sectionHead(cid: CID, length: number): Uint8Array {
  return Buffer.concat([varint(cid.bytes.length + length), cid.bytes]);
}

/** A CAR of these blocks, in their order. */
export async function* exportCar(
  roots: readonly CID[],
  blocks: Iterable<Block> | AsyncIterable<Block>,
): AsyncGenerator<Uint8Array, void, undefined> {
  yield carHeader(roots);
  for await (const { cid, bytes } of blocks) {
    const head = sectionHead(cid, bytes.length);
    if (bytes.length < 16 * 1024) yield Buffer.concat([head, bytes]);
    else {
      yield head;
      yield bytes;
    }
  }
}

/**
 * Reads a CAR (version 1, or the version 1 inside of version 2) from a stream, block by block. Bytes are
 * *not* checked against their CIDs here.
 *
 * @throws CONTENT_CAR_INVALID when it is truncated, malformed, or a block is larger than `maxBlock` bytes
 */
export async function importCar(
  chunks: AsyncIterable<Uint8Array>,
  options: { maxBlock?: number } = {},
): Promise<{ roots: CID[]; blocks: AsyncGenerator<CarBlock, void, undefined> }> {
  const maxBlock = options.maxBlock ?? MAX_BLOCK_BYTES;
  const reader = byteReader(chunks);
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
      let given = true;
      yield {
        cid,
        bytes,
        offset: reader.position() - bytes.length,
        release() {
          if (given) reader.release(section);
          given = false;
        },
      };
    }
    // A version 2 index may follow; the sender waits until it is taken off the wire.
    await reader.drain();
  }
  return { roots, blocks: blocks() };
}

function invalid(reason: string, cause?: unknown): SaharaError {
  return new SaharaError('CONTENT_CAR_INVALID', { reason }, { cause });
}

/** Takes exact numbers of bytes from a stream of chunks, copying only where a request spans chunks. */
function byteReader(chunks: AsyncIterable<Uint8Array>) {
  const iterator = chunks[Symbol.asyncIterator]();
  const held: Uint8Array[] = [];
  // Memory of blocks that nobody needs any more: fresh memory costs more than to copy into it.
  const spare: Buffer[] = [];
  const lent = new WeakMap<ArrayBufferLike, Buffer>();
  let available = 0;
  let position = 0;

  const more = async (): Promise<boolean> => {
    const next = await iterator.next();
    if (next.done === true) return false;
    held.push(next.value);
    available += next.value.length;
    return true;
  };

  const memory = (length: number): Buffer => {
    if (length < KEPT_BYTES.least || length > KEPT_BYTES.most) return Buffer.allocUnsafe(length);
    const whole = spare.pop() ?? Buffer.allocUnsafeSlow(KEPT_BYTES.most);
    lent.set(whole.buffer, whole);
    return whole.subarray(0, length);
  };

  const take = (length: number): Uint8Array => {
    position += length;
    available -= length;
    const first = held[0];
    if (first !== undefined && first.length >= length) {
      if (first.length === length) held.shift();
      else held[0] = first.subarray(length);
      return first.subarray(0, length);
    }
    const out = memory(length);
    for (let at = 0; at < length; ) {
      const chunk = held.shift() as Uint8Array;
      const part = chunk.subarray(0, length - at);
      out.set(part, at);
      at += part.length;
      if (part.length < chunk.length) held.unshift(chunk.subarray(part.length));
    }
    return out;
  };

  const exactly = async (length: number): Promise<Uint8Array> => {
    while (available < length) if (!(await more())) throw invalid('it ends in the middle');
    return take(length);
  };

  return {
    position: () => position,
    exactly,
    /** Gives back what `exactly` gave: it will be written over. */
    release(bytes: Uint8Array): void {
      const whole = lent.get(bytes.buffer);
      lent.delete(bytes.buffer);
      if (whole !== undefined && spare.length < KEPT_BYTES.count) spare.push(whole);
    },
    /** The next number, or undefined at a clean end. */
    async varint(): Promise<number | undefined> {
      while (available === 0) if (!(await more())) return undefined;
      let value = 0;
      for (let shift = 0; shift < 8; shift++) {
        const byte = (await exactly(1))[0] as number;
        value += (byte & 0x7f) * 2 ** (7 * shift);
        if (byte < 0x80) {
          if (!Number.isSafeInteger(value)) break;
          return value;
        }
      }
      throw invalid('a length is not a number');
    },
    async skip(length: number): Promise<void> {
      for (let rest = length; rest > 0; ) {
        if (available === 0 && !(await more())) throw invalid('it ends in the middle');
        rest -= take(Math.min(rest, available)).length;
      }
    },
    async drain(): Promise<void> {
      held.length = 0;
      available = 0;
      while (await more()) {
        held.length = 0;
        available = 0;
      }
    },
  };
}
