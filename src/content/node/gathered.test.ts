import { PassThrough } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { keyStream } from '../testing/vectors.ts';
import { gathered, takeRing } from './gathered.ts';

const LASTING = 100_000;

describe('what a sender sends', () => {
  it('comes whole, in order, and lasts as long as is promised', async () => {
    const length = fc.oneof(fc.nat(100), fc.nat(70_000), fc.integer({ min: 500_000, max: 1_200_000 }));
    const burst = fc.array(length, { minLength: 1, maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(fc.array(burst, { maxLength: 4 }), async (bursts) => {
        const next = keyStream(JSON.stringify(bursts));
        const sent: Buffer[] = [];
        const source = new PassThrough({ highWaterMark: 64 * 1024 });
        const sending = (async () => {
          for (const lengths of bursts) {
            for (const n of lengths) {
              const bytes = Buffer.from(next(n));
              sent.push(Buffer.from(bytes));
              if (!source.write(bytes)) await new Promise((done) => source.once('drain', done));
            }
            await new Promise((done) => setImmediate(done));
          }
          source.end();
        })();
        const got: Buffer[] = [];
        let lent: { bytes: Uint8Array; copy: Buffer; age: number }[] = [];
        for await (const piece of gathered(source, takeRing(LASTING))) {
          for (const one of lent) {
            one.age += piece.length;
            if (one.age <= LASTING) expect(Buffer.compare(one.bytes, one.copy)).toBe(0);
          }
          lent = lent.filter(({ age }) => age <= LASTING);
          lent.push({ bytes: piece, copy: Buffer.from(piece), age: 0 });
          got.push(Buffer.from(piece));
        }
        await sending;
        expect(Buffer.compare(Buffer.concat(got), Buffer.concat(sent))).toBe(0);
      }),
      { numRuns: process.env['SAHARA_DEPTH'] === 'deep' ? 300 : 30 },
    );
  });

  it('is given in few pieces, and gives back the memory of its chunks', async () => {
    const source = new PassThrough({ highWaterMark: 4 * 1024 * 1024 });
    const chunks = Array.from({ length: 32 }, () => Buffer.allocUnsafeSlow(65_536));
    for (const chunk of chunks) source.write(chunk);
    source.end();
    let pieces = 0;
    for await (const piece of gathered(source, takeRing(LASTING))) pieces += piece.length > 0 ? 1 : 0;
    expect(pieces).toBeLessThanOrEqual(8);
    expect(chunks.filter(({ length }) => length === 0)).toHaveLength(32);
  });

  it('that breaks off is no end', async () => {
    for (const reason of [undefined, new Error('cut')]) {
      const source = new PassThrough();
      source.write('some');
      const pieces = gathered(source, takeRing(LASTING));
      expect((await pieces.next()).value?.toString()).toBe('some');
      setImmediate(() => source.destroy(reason));
      await expect(pieces.next()).rejects.toThrow(reason?.message ?? 'aborted');
    }
  });

  it('is left alone when its reader stops', async () => {
    const source = new PassThrough();
    source.write('some');
    for await (const _ of gathered(source, takeRing(LASTING))) break;
    expect(source.destroyed).toBe(false);
    source.resume().end('more');
    await new Promise((done) => source.once('end', done));
  });
});
