import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import stringWidth from 'string-width';
import { afterEach, describe, expect, it, test } from 'vitest';
import { assetLabels } from './asset-labels.ts';
import { hasAscii, shown } from './glyphs.ts';
import { table } from './table.ts';
import { fields } from './text.ts';
import { clip, width, withExactWidths } from './width.ts';
import { wrapped } from './wrap.ts';

const before = { ...process.env };
const withEnv = (env: Record<string, string>) => Object.assign(process.env, { LC_ALL: 'C.UTF-8' }, env);
afterEach(() => {
  for (const name of ['LC_ALL', 'SAHARA_ASCII', 'SAHARA_SCREEN_READER'])
    if (before[name] === undefined) delete process.env[name];
    else process.env[name] = before[name];
});

/** Signs that stand in our code other than in comments. */
function signsOf(folder: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !/(?<!\.test)\.tsx?$/.test(entry.name) || entry.parentPath.includes('generated'))
      continue;
    const code = readFileSync(join(entry.parentPath, entry.name), 'utf8')
      .replace(/\/\*[\s\S]*?\*\//g, '')
      .replace(/(^|\s)\/\/.*$/gm, '');
    for (const sign of code.match(/[\u0080-\u{10ffff}]/gu) ?? [])
      found.set(sign, join(entry.parentPath, entry.name));
  }
  return found;
}

describe('signs of ours', () => {
  it('have a replacement where the locale cannot show them', () => {
    const signs = signsOf(join(import.meta.dirname, '../..'));
    expect(signs.size).toBeGreaterThan(10);
    // The spinner has frames of its own for ASCII.
    const lacking = [...signs].filter(([sign]) => !hasAscii(sign) && !/[\u2800-\u28ff]/.test(sign));
    expect(lacking).toEqual([]);
  });

  it('are left alone in a UTF-8 locale, and replaced in another', () => {
    const text = '├─ ✓ a → b … 日本 ünï ▇▇';
    withEnv({});
    expect(shown(text)).toBe(text);
    withEnv({ LC_ALL: 'C' });
    expect(shown(text)).toBe('|- ok a -> b ... 日本 ünï ##');
  });

  it('are words or nothing for a screen reader', () => {
    withEnv({ SAHARA_SCREEN_READER: '1' });
    expect(shown('└─ ✓ a → b ▇▇ it’s')).toBe('   ok a to b  it’s');
  });
});

describe('width', () => {
  it('is that of the screen, also for other scripts, once it is asked for exactly', async () => {
    const names = [
      'abc',
      'ünï…',
      '日本',
      'é'.normalize('NFD'),
      '👩‍👩‍👧',
      '✓ ok',
      '\u001b[1mbold\u001b[22m',
      '한글',
      '',
    ];
    await withExactWidths(() => names.map((n) => `${width(n)}`).join());
    for (const name of names) expect(width(name), name).toBe(stringWidth(name));
  });

  it('keeps columns straight where names are wide', async () => {
    const text = await withExactWidths(() =>
      table(
        ['name', 'n>'],
        [
          ['日本', '1'],
          ['plain name', '22'],
        ],
      ),
    );
    expect(new Set(text.split('\n').map((line) => stringWidth(line))).size).toBe(1);
  });
});

describe('what is shortened', () => {
  it('keeps both ends of an identifier, and the beginning of prose', () => {
    const cid = 'bafybeice3wh4evewmkdpqnp3prxxdwe3lnwhjj6zhnzjjivr4g4cxtp66y';
    expect(clip(cid, 16, '…')).toBe('bafybeice…xtp66y');
    expect(clip(cid, 59, '…')).toBe(cid);
    expect(clip('Size measurements of penguins', 16, '…')).toBe('Size measuremen…');
    expect(clip('Size measurements of penguins', 16, '...')).toBe('Size measurem...');
  });

  it('is never wider than its column, also between wide characters', async () => {
    await withExactWidths(() => `${width('日')}`);
    for (let to = 0; to < 12; to++) expect(width(clip('日本語ab👩‍👩‍👧cde', to, '…'))).toBeLessThanOrEqual(to);
  });
});

describe('a table', () => {
  const headings = ['id>', 'name', 'release', 'SAHARA>', ''];
  const row = ['1', 'penguins', 'b'.repeat(59), '1234567.123456789', '▇▇▇'];

  it('gives everything to what is no terminal', () => {
    expect(table(headings, [row], Number.POSITIVE_INFINITY)).toContain('b'.repeat(59));
  });

  it('becomes names and values where columns would be slivers', () => {
    expect(table(headings, [row, row], 40).split('\n\n')).toEqual([
      `id       1\nname     penguins\nrelease  ${'b'.repeat(59)}\nSAHARA   1234567.123456789`,
      `id       1\nname     penguins\nrelease  ${'b'.repeat(59)}\nSAHARA   1234567.123456789`,
    ]);
  });

  it('is a list for a screen reader, however much room there is', () => {
    withEnv({ SAHARA_SCREEN_READER: '1' });
    expect(table(headings, [row], 200)).toBe(
      `id: 1\nname: penguins\nrelease: ${'b'.repeat(59)}\nSAHARA: 1234567.123456789`,
    );
    expect(fields([['name', 'x']])).toBe('name: x');
  });

  it('stays straight when signs are replaced', () => {
    withEnv({ LC_ALL: 'C' });
    const text = table(
      ['account', 'n>'],
      [
        ['0x7099…79C8', '1'],
        ['curator', '22'],
      ],
    );
    expect(text.split('\n').map((line) => line.length)).toEqual([17, 17, 17]);
    expect(text).toContain('0x7099...79C8');
  });
});

test('prose breaks between words and goes on below where it began', () => {
  expect(wrapped('error one two three', 12, '  ')).toBe('error one\n  two three');
  expect(wrapped('      indented text', 14, '      ')).toBe('      indented\n      text');
  expect(wrapped(`a ${'b'.repeat(30)} c`, 10, ' ')).toBe(`a\n ${'b'.repeat(30)}\n c`);
  expect(wrapped('one\ntwo', Number.POSITIVE_INFINITY, ' ')).toBe('one\n two');
});

test('assets of one name are told apart by their publishers', () => {
  const assets = [
    { id: 1n, name: 'penguins', publisher: 'curator' },
    { id: 2n, name: 'penguins', publisher: 'studio' },
    { id: 3n, name: 'guide', publisher: 'operator' },
    { id: 3n, name: 'guide', publisher: 'operator' },
  ];
  expect(assets.map(assetLabels(assets))).toEqual(['curator/penguins', 'studio/penguins', 'guide', 'guide']);
});
