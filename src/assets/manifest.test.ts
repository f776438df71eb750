import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { SaharaError } from '../base/errors.ts';
import { checkManifest, isAssetName, readManifest } from './manifest.ts';

const dir = mkdtempSync(join(tmpdir(), 'sahara-manifest-'));
afterAll(() => rmSync(dir, { recursive: true }));

async function read(text: string) {
  writeFileSync(join(dir, 'sahara.yaml'), text);
  return readManifest(dir);
}

describe('a manifest that is refused', () => {
  test.for<[string, string, RegExp]>([
    ['that is no YAML', 'kind: [dataset\nname: x', /sahara\.yaml/],
    ['that is empty', '', /must be a mapping/],
    ['that is a list', '- kind\n- name\n', /must be a mapping/],
    [
      'with a tab for indentation',
      'kind: dataset\nname: bad-x\nterms:\n\t- preset: open-use\n',
      /sahara\.yaml/,
    ],
    ['with a field twice', 'kind: dataset\nname: bad-x\nname: bad-y\n', /unique|duplicat/i],
    [
      'with an unknown field',
      'kind: dataset\nname: bad-x\ncontributers: {share: 40%}\n',
      /"contributers".*"contributors"/,
    ],
    [
      'with an unknown field below',
      'kind: dataset\nname: bad-x\ncontributors: {shares: 40%, file: c.csv}\n',
      /"contributors\.shares".*"share"/,
    ],
    [
      'with an unknown field in its terms',
      'kind: dataset\nname: bad-x\nterms: [{preset: open-use, royality: 5%}]\n',
      /"royality".*"royalty"/,
    ],
    ['of an unknown kind', 'kind: datset\nname: bad-x\n', /kind must be one of.*"dataset"/],
    ['without a name', 'kind: dataset\n', /name must have/],
    ['with a name in capitals', 'kind: dataset\nname: Bad-X\n', /name must have/],
    [
      'with an unknown relation',
      'kind: dataset\nname: bad-x\nrelations: [{type: DERIVED, asset: y}]\n',
      /relations\[0\]\.type must be one of/,
    ],
    [
      'with too great a share',
      'kind: dataset\nname: bad-x\ncontributors: {share: 140%, file: c.csv}\n',
      /0% to 100%/,
    ],
    [
      'with a negative price',
      'kind: dataset\nname: bad-x\nterms: [{preset: open-use, price: -1}]\n',
      /price/,
    ],
    [
      'with a content path that leaves the folder',
      'kind: dataset\nname: bad-x\ncontent: ../../etc\n',
      /below the folder/,
    ],
    ['with an absolute content path', 'kind: dataset\nname: bad-x\ncontent: /etc\n', /below the folder/],
    [
      'with aliases that multiply',
      `a: &a [x,x,x,x,x,x,x,x,x]\n${'bcdefgh'
        .split('')
        .map((c, i) => `${c}: &${c} [${Array(9).fill(`*${'abcdefg'[i]}`).join()}]`)
        .join('\n')}\n`,
      /alias|unknown field/i,
    ],
  ])('%s', async ([, text, says]) => {
    const error = await read(text).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(SaharaError);
    expect((error as SaharaError).kind).toBe('usage');
    expect((error as SaharaError).message).toMatch(says);
  });

  test('that is missing', async () => {
    await expect(readManifest(join(dir, 'nowhere'))).rejects.toMatchObject({ id: 'MANIFEST_MISSING' });
  });

  test.for(['../x', '/x', 'a/../../x', 'C:\\x', 'a\\b', '', '.', './'])(
    'whose content is "%s"',
    (content) => {
      expect(() => checkManifest({ kind: 'dataset', name: 'x', content }, 'm')).toThrow(/content/);
    },
  );

  test('which tells all that is wrong at once', () => {
    const wrong = {
      kind: 'datset',
      name: 'X',
      mood: 'good',
      content: '..',
      build: { run: '/bin/sh', with: 1 },
    };
    expect(() => checkManifest(wrong, 'm')).toThrow(
      /mood.*kind must.*name must.*content.*build\.with.*build\.run/s,
    );
  });

  test('with things that belong to an agent in another kind, or outside of what is published', () => {
    expect(() => checkManifest({ kind: 'model', name: 'x', agent: { run: 'content/a.ts' } }, 'm')).toThrow(
      /kind agent/,
    );
    expect(() => checkManifest({ kind: 'agent', name: 'x', agent: { run: 'a.ts' } }, 'm')).toThrow(
      /below content\//,
    );
    expect(() => checkManifest({ kind: 'agent', name: 'x', card: 'README.md' }, 'm')).toThrow(
      /below content\//,
    );
  });

  test('with more than the protocol takes', () => {
    const terms = Array.from({ length: 9 }, (_, i) => ({ preset: 'open-use', price: i }));
    expect(() => checkManifest({ kind: 'dataset', name: 'x', terms }, 'm')).toThrow(/at most 8/);
    const relations = Array.from({ length: 65 }, (_, i) => ({ type: 'USES', asset: `a${i}` }));
    expect(() => checkManifest({ kind: 'agent', name: 'x', relations }, 'm')).toThrow(/at most 64/);
  });
});

test('the smallest manifest has defaults for the rest', async () => {
  expect(await read('kind: dataset\nname: x\n')).toEqual({
    kind: 'dataset',
    name: 'x',
    description: null,
    content: 'content',
    card: null,
    terms: [],
    relations: [],
    contributors: null,
    build: null,
    agent: null,
  });
});

test('names are what the chain takes', () => {
  for (const name of ['a', 'penguins', 'a-1', `a${'b'.repeat(25)}`])
    expect(isAssetName(name), name).toBe(true);
  for (const name of ['', '1a', '-a', 'a-', 'A', 'a_b', 'a b', 'é', `a${'b'.repeat(26)}`, 'a\n', '../a'])
    expect(isAssetName(name), name).toBe(false);
});
