import type { Readable } from 'node:stream';

/** Given at once, at most. Bytes. */
const PIECE_BYTES = 512 * 1024;
/** A chunk so large does not share its memory, when it fills it. Bytes. */
const OWN_BYTES = 16 * 1024;

/**
 * What comes from a sender, in pieces as large as there is at a time. A socket gives 64 KiB at once, and to take each of
 * those through a chain of generators costs more than to hash it. Their memory is given back at once: left to the
 * collector it would make that run for every 16 MiB, which was a third of the time that an import took.
 *
 * Ended early, it leaves the source as it is: whoever answers the sender takes the rest off the wire.
 *
 * @param ring from `takeRing`: pieces lie in it one behind the other, so that what spans some of them need not be copied
 */
export async function* gathered(
  source: Readable,
  ring: Uint8Array,
): AsyncGenerator<Uint8Array, void, undefined> {
  let from = 0;
  let to = 0;
  /** Of a chunk for which there was no room any more in this piece. */
  let rest: Buffer | undefined;
  let failure: unknown;
  let isOver = false;
  let wake = (): void => {};

  function put(chunk: Buffer): void {
    const room = from + PIECE_BYTES - to;
    ring.set(chunk.subarray(0, room), to);
    to += Math.min(room, chunk.length);
    rest = chunk.length > room ? chunk.subarray(room) : undefined;
    if (rest === undefined) giveBack(chunk);
    else source.pause();
  }
  const onData = (chunk: Buffer) => {
    put(chunk);
    wake();
  };
  const onEnd = () => {
    isOver = true;
    wake();
  };
  const onError = (error: unknown) => {
    failure ??= error;
    wake();
  };
  // A sender that went away has not come to an end.
  const onClose = () => onError(Object.assign(new Error('aborted'), { code: 'ECONNRESET' }));
  source.on('data', onData).on('end', onEnd).on('error', onError).on('close', onClose);
  try {
    for (;;) {
      if (to === from) {
        if (isOver) return;
        if (failure !== undefined) throw failure;
        source.resume();
        await new Promise<void>((done) => {
          // What else is there comes before the next turn of the event loop.
          wake = () => setImmediate(done);
        });
        wake = () => {};
        continue;
      }
      const piece = ring.subarray(from, to);
      from = ring.length - to < PIECE_BYTES ? 0 : to;
      to = from;
      if (rest !== undefined) put(rest);
      yield piece;
    }
  } finally {
    source.off('data', onData).off('end', onEnd).off('error', onError).off('close', onClose);
  }
}

function giveBack({ buffer, byteOffset, byteLength }: Uint8Array): void {
  const isAlone = byteOffset === 0 && byteLength === buffer.byteLength;
  if (isAlone && byteLength >= OWN_BYTES && buffer instanceof ArrayBuffer) buffer.transfer(0);
}

let idle: Uint8Array | undefined;

/**
 * Memory for `gathered`. One is kept for whoever comes next, since the system clears each page of fresh memory.
 *
 * @param lasting a piece is the caller's until so many bytes more were given
 */
export function takeRing(lasting: number): Uint8Array {
  // And what waits to be given, what is being filled, and what is lost where it begins again.
  const bytes = lasting + 3 * PIECE_BYTES;
  const ring = idle?.length === bytes ? idle : Buffer.allocUnsafeSlow(bytes);
  idle = undefined;
  return ring;
}

/** Nobody may read it any more. */
export function giveBackRing(ring: Uint8Array): void {
  idle = ring;
}
