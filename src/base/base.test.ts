import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { formatBps, formatBytes, formatSahara, parseSahara } from './amount.ts';
import { writeFileAtomic } from './atomic-file.ts';
import { canonicalJson, type Json } from './canonical-json.ts';
import { fromHex, toHex } from './hex.ts';
import { printable } from './printable.ts';
import { suggest } from './suggest.ts';

describe('amounts', () => {
  test.for([
    [0, '0 bytes'],
    [1, '1 byte'],
    [9_999, '9999 bytes'],
    [10_000, '10.0 kB'],
    [999_949, '999.9 kB'],
    [999_950, '1.0 MB'],
    [314_591_151, '314.6 MB'],
    [2e12, '2.0 TB'],
  ] as const)('%d bytes are shown as %s', ([bytes, shown]) => {
    expect(formatBytes(bytes)).toBe(shown);
  });

  test('what is printed is read back, to the wei', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 40n }), (wei) => {
        expect(parseSahara(formatSahara(wei))).toBe(wei);
      }),
    );
  });

  test('are short, and keep their sign', () => {
    expect([0n, 1n, 10n ** 18n, 15n * 10n ** 17n, -5n * 10n ** 17n].map(formatSahara)).toEqual([
      '0',
      '0.000000000000000001',
      '1',
      '1.5',
      '-0.5',
    ]);
    expect([0, 1, 250, 10_000].map(formatBps)).toEqual(['0%', '0.01%', '2.5%', '100%']);
  });

  test.for(['', '-1', '+1', '.5', '1.', '1e3', '0x1', '1,5', '1_000', 'NaN', '0.1234567890123456789', '٣'])(
    '"%s" is none',
    (text) => {
      expect(parseSahara(text)).toBeUndefined();
    },
  );
});

describe('canonical JSON', () => {
  test('is JSON of the same value, and the same for any order of keys', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 3 }), (value) => {
        const text = canonicalJson(value as Json);
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
        if (value && typeof value === 'object' && !Array.isArray(value))
          expect(canonicalJson(Object.fromEntries(Object.entries(value).reverse()) as Json)).toBe(text);
      }),
    );
  });

  // RFC 8785, section 3.2.3, keys sorted by UTF-16 code units.
  test('sorts as RFC 8785 does', () => {
    const value = {
      '\u20ac': 'Euro Sign',
      '\r': 'Carriage Return',
      '\ufb33': 'Hebrew',
      '1': 'One',
      '\ud83d\ude00': 'Emoji',
      '\u0080': 'Control',
      '\u00f6': 'o',
    };
    expect(Object.values(JSON.parse(canonicalJson(value)) as object)).toHaveLength(7);
    expect([...canonicalJson(value).matchAll(/:"([^"]+)"/g)].map((m) => m[1])).toEqual([
      'Carriage Return',
      'One',
      'Control',
      'o',
      'Euro Sign',
      'Emoji',
      'Hebrew',
    ]);
  });

  test('has no infinite numbers', () => {
    expect(() => canonicalJson({ a: Number.POSITIVE_INFINITY })).toThrow(RangeError);
  });
});

describe('suggestions', () => {
  const words = ['curator', 'trainer', 'operator', 'buyer', 'buyer-2'];

  test('one slip away is found; what is far is not guessed', () => {
    for (const [typed, wanted] of [
      ['curater', 'curator'],
      ['CURATOR', 'curator'],
      ['urator', 'curator'],
      ['cuartor', 'curator'],
      ['buyr', 'buyer'],
      ['seller', null],
      ['', null],
    ] as const)
      expect(suggest(typed, words), typed).toBe(wanted);
  });

  test('any word with one swap, loss or change leads back to it', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('curator', 'trainer', 'operator'),
        fc.nat(6),
        fc.constantFrom('swap', 'drop', 'change'),
        (word, at, how) => {
          const i = at % (word.length - 1);
          const typo =
            how === 'swap'
              ? word.slice(0, i) + word[i + 1] + word[i] + word.slice(i + 2)
              : word.slice(0, i) + (how === 'drop' ? '' : 'x') + word.slice(i + 1);
          expect(suggest(typo, words)).toBe(word);
        },
      ),
    );
  });
});

test('hexadecimal goes there and back, and nothing else passes', () => {
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      expect(fromHex(toHex(bytes))).toEqual(bytes);
    }),
  );
  for (const bad of ['0x1', '0xzz', 'xyz', '0x 1']) expect(() => fromHex(bad)).toThrow(RangeError);
});

test('text from elsewhere cannot move the cursor or turn the line around', () => {
  expect(printable('\u001b[2Jpenguins\u202e\u0007\r')).toBe('\\u001b[2Jpenguins\\u202e\\u0007\\u000d');
  expect(printable('Pinguïn 🐧 ×')).toBe('Pinguïn 🐧 ×');
});

describe('atomic files', () => {
  const dir = mkdtempSync(join(tmpdir(), 'sahara-atomic-'));
  afterAll(() => rmSync(dir, { recursive: true }));

  test('replace the old content as a whole, with the mode that was asked for', () => {
    const path = join(dir, 'key');
    writeFileSync(path, 'old and longer', { mode: 0o644 });
    writeFileAtomic(path, 'new', 0o600);
    expect(readFileSync(path, 'utf8')).toBe('new');
    if (process.platform !== 'win32') expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readdirSync(dir)).toEqual(['key']);
  });

  test('that cannot be written leave the old one, and no temporary file', () => {
    mkdirSync(join(dir, 'taken'));
    expect(() => writeFileAtomic(join(dir, 'taken'), 'x')).toThrow();
    expect(() => writeFileAtomic(join(dir, 'none/x'), 'x')).toThrow(/ENOENT/);
    expect(existsSync(join(dir, 'none'))).toBe(false);
    expect(readdirSync(dir).sort()).toEqual(['key', 'taken']);
  });
});
