import fc from 'fast-check';
import { keccak256 } from 'viem/utils';
import { describe, expect, it } from 'vitest';
import { toHex } from '../base/hex.ts';
import { keccakEach } from './merkle-sum-keccak.ts';

describe('keccakEach', () => {
  it('is the keccak256 that everybody else has, for every length that fits a block (property)', () => {
    const messages = fc
      .tuple(fc.integer({ min: 1, max: 134 }), fc.integer({ min: 1, max: 9 }), fc.nat({ max: 255 }))
      .chain(([length, count, prefix]) =>
        fc.record({
          bytes: fc.uint8Array({ minLength: length * count, maxLength: length * count }),
          length: fc.constant(length),
          count: fc.constant(count),
          prefix: fc.constant(prefix),
        }),
      );
    fc.assert(
      fc.property(messages, fc.integer({ min: 32, max: 50 }), (all, stride) => {
        const out = new Uint8Array(all.count * stride).fill(0xee);
        keccakEach(all, out, stride);
        for (let i = 0; i < all.count; i++) {
          const message = all.bytes.subarray(i * all.length, (i + 1) * all.length);
          const hash = keccak256(Uint8Array.of(all.prefix, ...message));
          expect(toHex(out.subarray(i * stride, i * stride + 32))).toBe(hash);
          // What stands between the hashes is left alone.
          expect(out.subarray(i * stride + 32, (i + 1) * stride).every((b) => b === 0xee)).toBe(true);
        }
      }),
    );
  });

  it('goes on where its window is full', () => {
    const count = 20_000;
    const bytes = new Uint8Array(count * 96);
    const view = new DataView(bytes.buffer);
    for (let i = 0; i < count; i++) view.setUint32(i * 96, i);
    const out = new Uint8Array(count * 32);
    keccakEach({ bytes, length: 96, count, prefix: 1 }, out);
    for (const i of [0, 5_460, 5_461, 5_462, 10_922, 10_923, 19_999])
      expect(toHex(out.subarray(i * 32, i * 32 + 32))).toBe(
        keccak256(Uint8Array.of(1, ...bytes.subarray(i * 96, (i + 1) * 96))),
      );
  });
});
