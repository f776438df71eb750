import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { readManifest } from './manifest.ts';
import { scaffold, TEMPLATE_KINDS } from './scaffold.ts';

const templates = join(import.meta.dirname, '../../templates');
const root = mkdtempSync(join(tmpdir(), 'sahara-scaffold-'));
afterAll(() => rmSync(root, { recursive: true }));

test.for(TEMPLATE_KINDS)(
  'a %s is complete: no word is left to fill in, and its manifest is right',
  async (kind) => {
    const dir = join(root, `my-${kind}`);
    const made = scaffold({ kind, name: `my-${kind}`, dir, templates, parent: 'the-parent' });
    expect(made.files).toContain('sahara.yaml');
    for (const file of made.files)
      expect(readFileSync(join(dir, file), 'latin1'), file).not.toMatch(/\{\{\w+\}\}/);
    const manifest = await readManifest(dir);
    expect(manifest).toMatchObject({ kind, name: `my-${kind}` });
    expect(manifest.relations.map((r) => r.asset)).toEqual(kind === 'dataset' ? [] : ['the-parent']);
    expect(existsSync(join(dir, '.gitignore'))).toBe(true);
  },
);

test('a folder with something in it is not touched, an empty one is used', () => {
  const dir = join(root, 'mine');
  mkdirSync(dir);
  expect(scaffold({ kind: 'dataset', name: 'mine', dir, templates }).dir).toBe(dir);
  writeFileSync(join(dir, 'thesis.txt'), 'years');
  expect(() => scaffold({ kind: 'dataset', name: 'mine', dir, templates })).toThrow(/not empty/);
  expect(readFileSync(join(dir, 'thesis.txt'), 'utf8')).toBe('years');
});

test('what cannot be made leaves nothing behind', () => {
  const before = readdirSync(root).sort();
  expect(() => scaffold({ kind: 'datset', name: 'x', dir: join(root, 'x'), templates })).toThrow(/datset/);
  expect(() => scaffold({ kind: 'dataset', name: '../x', dir: join(root, 'x'), templates })).toThrow(
    /\.\.\/x/,
  );
  expect(() =>
    scaffold({ kind: 'dataset', name: 'x', dir: join(root, 'x'), templates: join(root, 'none') }),
  ).toThrow();
  expect(readdirSync(root).sort()).toEqual(before);
});

test.for([
  [undefined, 'species', expect.arrayContaining(['bill_length_mm'])],
  ['penguins', 'species', expect.arrayContaining(['bill_length_mm'])],
  ['curator/penguins@2', 'species', expect.arrayContaining(['bill_length_mm'])],
  ['ocean', 'the column to predict', 'auto'],
  ['curator/ocean@3', 'the column to predict', 'auto'],
])('a model from %s has settings for that', ([parent, label, features], { task }) => {
  const dir = join(root, `from-${task.id}`);
  scaffold({ kind: 'model', name: 'm', dir, templates, ...(parent ? { parent: String(parent) } : {}) });
  const settings = JSON.parse(readFileSync(join(dir, 'train.config.json'), 'utf8'));
  expect(settings).toMatchObject({ file: 'auto', label, features, steps: 1000 });
});

test('a parent that names no asset is refused, and nothing is made', () => {
  const before = readdirSync(root).sort();
  for (const parent of ['bad name', 'a/b/c', 'x: y', 'x@', ' '])
    expect(() => scaffold({ kind: 'model', name: 'm', dir: join(root, 'm'), templates, parent })).toThrow(
      /does not name an asset/,
    );
  expect(readdirSync(root).sort()).toEqual(before);
});
