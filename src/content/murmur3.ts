/** The constants of MurmurHash3 x64 128 (Austin Appleby, public domain), as high and low halves. */
const C1 = [0x87c37b91, 0x114253d5] as const;
const C2 = [0x4cf5ad43, 0x2745937f] as const;
const MIX1 = [0xff51afd7, 0xed558ccd] as const;
const MIX2 = [0xc4ceb9fe, 0x1a85ec53] as const;

/** A 64-bit word. JavaScript's own is exact to 53 bits, and BigInt is twenty times slower here. */
type Word = { high: number; low: number };

function multiply(word: Word, [high, low]: readonly [number, number]): void {
  const a0 = word.low & 0xffff;
  const a1 = word.low >>> 16;
  const b0 = low & 0xffff;
  const b1 = low >>> 16;
  const p00 = a0 * b0;
  const p01 = a0 * b1;
  const p10 = a1 * b0;
  const middle = (p00 >>> 16) + (p01 & 0xffff) + (p10 & 0xffff);
  const carried = a1 * b1 + (p01 >>> 16) + (p10 >>> 16) + (middle >>> 16);
  word.high = (carried + Math.imul(word.high, low) + Math.imul(word.low, high)) >>> 0;
  word.low = ((middle << 16) | (p00 & 0xffff)) >>> 0;
}

function add(word: Word, high: number, low: number): void {
  const sum = word.low + low;
  word.high = (word.high + high + (sum > 0xffffffff ? 1 : 0)) >>> 0;
  word.low = sum >>> 0;
}

/** By 1 to 63 bits. */
function rotateLeft(word: Word, bits: number): void {
  const { high, low } = bits < 32 ? word : { high: word.low, low: word.high };
  const by = bits & 31;
  word.high = by === 0 ? high : ((high << by) | (low >>> (32 - by))) >>> 0;
  word.low = by === 0 ? low : ((low << by) | (high >>> (32 - by))) >>> 0;
}

function xor(word: Word, other: Word): void {
  word.high = (word.high ^ other.high) >>> 0;
  word.low = (word.low ^ other.low) >>> 0;
}

/** word ^= word >>> 33 */
function foldDown(word: Word): void {
  word.low = (word.low ^ (word.high >>> 1)) >>> 0;
}

function finish(word: Word): void {
  foldDown(word);
  multiply(word, MIX1);
  foldDown(word);
  multiply(word, MIX2);
  foldDown(word);
}

/** Words that every call uses again: no call ends before the next begins. */
const h1: Word = { high: 0, low: 0 };
const h2: Word = { high: 0, low: 0 };
const k: Word = { high: 0, low: 0 };

function mixFirst(): void {
  multiply(k, C1);
  rotateLeft(k, 31);
  multiply(k, C2);
  xor(h1, k);
}

function mixSecond(): void {
  multiply(k, C2);
  rotateLeft(k, 33);
  multiply(k, C1);
  xor(h2, k);
}

/**
 * The first 64 bits of MurmurHash3 x64 128 with seed 0, most significant byte first: by these a sharded folder of
 * UnixFS places its entries (https://specs.ipfs.tech/unixfs/, murmur3-x64-64).
 */
export function murmur3(bytes: Uint8Array): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const load = (at: number) => {
    k.low = view.getUint32(at, true);
    k.high = view.getUint32(at + 4, true);
  };
  /** Up to eight bytes that are left over, little endian. */
  const loadRest = (from: number, to: number) => {
    k.low = 0;
    k.high = 0;
    for (let at = from; at < to; at++) {
      const shift = (at - from) * 8;
      const byte = view.getUint8(at);
      if (shift < 32) k.low = (k.low | (byte << shift)) >>> 0;
      else k.high = (k.high | (byte << (shift - 32))) >>> 0;
    }
  };
  h1.high = 0;
  h1.low = 0;
  h2.high = 0;
  h2.low = 0;
  const whole = bytes.length - (bytes.length % 16);
  for (let at = 0; at < whole; at += 16) {
    load(at);
    mixFirst();
    rotateLeft(h1, 27);
    add(h1, h2.high, h2.low);
    multiply(h1, [0, 5]);
    add(h1, 0, 0x52dce729);
    load(at + 8);
    mixSecond();
    rotateLeft(h2, 31);
    add(h2, h1.high, h1.low);
    multiply(h2, [0, 5]);
    add(h2, 0, 0x38495ab5);
  }
  if (bytes.length - whole > 8) {
    loadRest(whole + 8, bytes.length);
    mixSecond();
  }
  if (bytes.length > whole) {
    loadRest(whole, Math.min(whole + 8, bytes.length));
    mixFirst();
  }
  h1.low = (h1.low ^ bytes.length) >>> 0;
  h2.low = (h2.low ^ bytes.length) >>> 0;
  add(h1, h2.high, h2.low);
  add(h2, h1.high, h1.low);
  finish(h1);
  finish(h2);
  add(h1, h2.high, h2.low);
  const out = Buffer.allocUnsafe(8);
  out.writeUInt32BE(h1.high, 0);
  out.writeUInt32BE(h1.low, 4);
  return out;
}
