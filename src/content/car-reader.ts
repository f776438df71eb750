import { SaharaError } from '../base/errors.ts';
import { inTurn } from './memory.ts';

const TAKEN = new Uint8Array(0);

/** Of these each has memory of its own, whoever lends. Bytes. */
const SMALL_BYTES = 16 * 1024;

/**
 * Takes exact numbers of bytes from a stream of chunks, copying only where a request spans chunks that do not lie one
 * behind the other in the same memory.
 *
 * @param lend see `importCar`: what has to be copied is, into memory that is used again
 */
export function byteReader(chunks: AsyncIterable<Uint8Array>, lend: number) {
  const iterator = chunks[Symbol.asyncIterator]();
  // A queue with its head at `first`: a sender may cut a block into millions of chunks, and taking the first out of a
  // list so long moves all others.
  let held: Uint8Array[] = [];
  let first = 0;
  let available = 0;
  let position = 0;
  const memory = inTurn(lend);
  const room = (length: number): Uint8Array =>
    lend === 0 || length < SMALL_BYTES ? Buffer.allocUnsafe(length) : memory(length);

  const next = (): Uint8Array => {
    const chunk = held[first] as Uint8Array;
    held[first++] = TAKEN;
    if (first > 1024 && first * 2 > held.length) {
      held = held.slice(first);
      first = 0;
    }
    return chunk;
  };
  const putBack = (rest: Uint8Array) => {
    if (first === 0) held.unshift(rest);
    else held[--first] = rest;
  };
  const empty = () => {
    held = [];
    first = 0;
    available = 0;
  };

  const more = async (): Promise<boolean> => {
    const more = await iterator.next();
    if (more.done === true) return false;
    const chunk = more.value;
    const before = held.length > first ? held.at(-1) : undefined;
    available += chunk.length;
    if (before !== undefined && isBehind(before, chunk))
      held[held.length - 1] = new Uint8Array(before.buffer, before.byteOffset, before.length + chunk.length);
    else if (chunk.length > 0) held.push(chunk);
    return true;
  };

  const take = (length: number): Uint8Array => {
    position += length;
    available -= length;
    const whole = held[first];
    if (whole !== undefined && whole.length >= length) {
      next();
      if (whole.length > length) putBack(whole.subarray(length));
      return whole.subarray(0, length);
    }
    const out = room(length);
    for (let at = 0; at < length; ) {
      const chunk = next();
      const part = chunk.subarray(0, length - at);
      out.set(part, at);
      at += part.length;
      if (part.length < chunk.length) putBack(chunk.subarray(part.length));
    }
    return out;
  };

  const exactly = async (length: number): Promise<Uint8Array> => {
    while (available < length) if (!(await more())) throw invalidCar('it ends in the middle');
    return take(length);
  };

  return {
    position: () => position,
    exactly,
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
      throw invalidCar('a length is not a number');
    },
    async skip(length: number): Promise<void> {
      for (let rest = length; rest > 0; ) {
        if (available === 0 && !(await more())) throw invalidCar('it ends in the middle');
        rest -= take(Math.min(rest, available)).length;
      }
    },
    async drain(): Promise<void> {
      empty();
      while (await more()) empty();
    },
  };
}

function isBehind(before: Uint8Array, chunk: Uint8Array): boolean {
  return chunk.buffer === before.buffer && chunk.byteOffset === before.byteOffset + before.length;
}

export function invalidCar(reason: string, cause?: unknown): SaharaError {
  return new SaharaError('CONTENT_CAR_INVALID', { reason }, { cause });
}
