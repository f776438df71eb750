import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BadMultipart, readMultipart } from './multipart.ts';

const BOUNDARY = 'b0undary';
const TYPE = `multipart/form-data; boundary=${BOUNDARY}`;

function encode(parts: { name: string; body: Uint8Array }[]): Buffer {
  const chunks: Uint8Array[] = [];
  for (const { name, body } of parts) {
    chunks.push(
      Buffer.from(
        `--${BOUNDARY}\r\ncontent-disposition: form-data; name="f"; filename="${encodeURIComponent(name)}"\r\n` +
          'Content-Type: application/x-test\r\n\r\n',
      ),
      body,
      Buffer.from('\r\n'),
    );
  }
  return Buffer.concat([...chunks, Buffer.from(`--${BOUNDARY}--\r\n`)]);
}

async function* inPieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function read(bytes: Uint8Array, size: number, type: string | undefined = TYPE) {
  const parts: { name: string; body: Uint8Array }[] = [];
  for await (const part of readMultipart(type, inPieces(bytes, size))) {
    expect(part.contentType).toBe('application/x-test');
    const chunks: Uint8Array[] = [];
    for await (const chunk of part.body) chunks.push(chunk);
    parts.push({ name: part.filename, body: Buffer.concat(chunks) });
  }
  return parts;
}

/** Bytes that are full of almost-boundaries. */
const tricky = fc
  .array(
    fc.constantFrom(
      '\r',
      '\n',
      '--',
      `\r\n--${BOUNDARY.slice(0, 5)}`,
      BOUNDARY,
      `--${BOUNDARY}`,
      'x',
      '\r\n',
    ),
    {
      maxLength: 20,
    },
  )
  .map((parts) => parts.join(''))
  .filter((text) => !`\r\n${text}\r\n`.includes(`\r\n--${BOUNDARY}`))
  .map((text) => new Uint8Array(Buffer.from(text)));

describe('readMultipart', () => {
  it('gives back every part, whatever the chunks it comes in', async () => {
    const body = fc.oneof(tricky, fc.uint8Array({ maxLength: 3000 }));
    const part = fc.record({ name: fc.string({ unit: 'grapheme', maxLength: 8 }), body });
    await fc.assert(
      fc.asyncProperty(
        fc.array(part, { maxLength: 5 }),
        fc.integer({ min: 1, max: 200 }),
        async (parts, size) => {
          const got = await read(encode(parts), size);
          expect(got.map((p) => [p.name, Buffer.from(p.body).toString('hex')])).toEqual(
            parts.map((p) => [p.name, Buffer.from(p.body).toString('hex')]),
          );
        },
      ),
      { numRuns: 300 },
    );
  });

  it('never takes a body that was cut off for a whole one', async () => {
    const bytes = encode([
      { name: 'a', body: Buffer.from('one') },
      { name: 'b', body: Buffer.from('two') },
    ]);
    for (let length = 0; length < bytes.length - 2; length++) {
      await expect(read(bytes.subarray(0, length), 9)).rejects.toBeInstanceOf(BadMultipart);
    }
  });

  it('skips what a reader leaves unread', async () => {
    const bytes = encode([
      { name: 'a', body: Buffer.alloc(5000) },
      { name: 'b', body: Buffer.from('two') },
    ]);
    const names: string[] = [];
    for await (const part of readMultipart(TYPE, inPieces(bytes, 100))) names.push(part.filename);
    expect(names).toEqual(['a', 'b']);
  });

  it('refuses what is not multipart, and headers without end', async () => {
    await expect(read(Buffer.from('x'), 10, 'text/plain')).rejects.toBeInstanceOf(BadMultipart);
    const endless = Buffer.concat([Buffer.from(`--${BOUNDARY}\r\n`), Buffer.alloc(100_000, 'x')]);
    await expect(read(endless, 1000)).rejects.toBeInstanceOf(BadMultipart);
  });
});
