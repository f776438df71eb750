import { BLOCK, CONSTANTS, type HashEach, hashModule, RATE, roundConstants } from './merkle-sum-wasm.ts';

/** Messages of equal length that stand in a row, each hashed with `prefix` before it. */
export type Messages = {
  bytes: Uint8Array;
  /** Bytes of one message. With the prefix below 136, so that one block holds it and its padding. */
  length: number;
  count: number;
  /** One byte before each message. */
  prefix: number;
};

type Hasher = { hashEach: HashEach; memory: Uint8Array };

/** What is used of the global that every Node has; the types of a browser are not among ours. */
declare const WebAssembly: {
  Memory: new (size: { initial: number; maximum: number }) => { readonly buffer: ArrayBuffer };
  Module: new (bytes: Uint8Array<ArrayBuffer>) => object;
  Instance: new (module: object, imports: object) => { readonly exports: Record<string, unknown> };
};

const PAGE = 64 * 1024;
const INPUT = 1024;
const INPUT_BYTES = 8 * PAGE;
const OUTPUT = INPUT + INPUT_BYTES;
const OUTPUT_BYTES = 8 * PAGE;

let made: Hasher | undefined;

/**
 * keccak256 of each message, written to `out` every `stride` bytes. Works through a window of a megabyte, whatever
 * there is to hash.
 */
export function keccakEach({ bytes, length, count, prefix }: Messages, out: Uint8Array, stride = 32): void {
  made ??= makeHasher(); // not before something is to be hashed
  const { hashEach, memory } = made;
  const block = memory.subarray(BLOCK, BLOCK + RATE);
  block.fill(0);
  block[0] = prefix;
  // Keccak's padding, which is not that of SHA-3: 1, zeros, 1.
  block[1 + length] = 0x01;
  block[RATE - 1] = (block[RATE - 1] ?? 0) | 0x80;
  const atOnce = Math.floor(Math.min(INPUT_BYTES / length, OUTPUT_BYTES / 32));
  for (let first = 0; first < count; first += atOnce) {
    const n = Math.min(atOnce, count - first);
    memory.set(bytes.subarray(first * length, (first + n) * length), INPUT);
    hashEach(INPUT, length, length, BLOCK + 1, OUTPUT, 32, n);
    for (let i = 0; i < n; i++) {
      const from = OUTPUT + i * 32;
      out.set(memory.subarray(from, from + 32), (first + i) * stride);
    }
  }
}

function makeHasher(): Hasher {
  const pages = Math.ceil((OUTPUT + OUTPUT_BYTES) / PAGE);
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
  const constants = new DataView(memory.buffer, CONSTANTS);
  for (const [i, constant] of roundConstants().entries()) constants.setBigUint64(i * 8, constant, true);
  const instance = new WebAssembly.Instance(new WebAssembly.Module(hashModule()), { env: { memory } });
  return { hashEach: instance.exports['hashEach'] as HashEach, memory: new Uint8Array(memory.buffer) };
}
