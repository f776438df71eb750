import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { parseCsv } from '../../templates/model/lib/csv.ts';
import { DATASET, scaffold, TEMPLATES } from './scaffold.ts';

const NAMES = { name: 'my-asset', dataset: 'penguins', model: 'penguin-classifier' };
const RIGHTS =
  'ACCESS RUN TRAIN FINETUNE DERIVE REDISTRIBUTE COMMERCIAL AGENT_USE SUBLICENSE COMPUTE_ONLY'.split(' ');

type Terms = { rights: string[]; royalty?: string; price?: number; text?: string };
type Manifest = {
  kind: string;
  name: string;
  content: string;
  card: string;
  terms: Terms[];
  relations?: { type: string; asset: string }[];
  contributors?: { share: string; file: string };
  build?: { run: string };
  agent?: { run: string };
};

const manifest = async (dir: string): Promise<Manifest> =>
  parse(await readFile(join(dir, 'sahara.yaml'), 'utf8'));

describe.each(['dataset', 'model', 'agent'])('the %s template', (template) => {
  it('has a manifest whose files exist and whose terms say what they grant', async () => {
    const dir = await scaffold(template, NAMES);
    const { kind, name, terms, content, card, build, agent, contributors } = await manifest(dir);
    expect({ kind, name, content }).toEqual({ kind: template, name: 'my-asset', content: 'content' });
    for (const { rights, royalty, text } of terms) {
      expect(RIGHTS).toEqual(expect.arrayContaining(rights));
      expect(royalty).toMatch(/^\d+%$/);
      expect(Buffer.byteLength(text ?? '')).toBeLessThanOrEqual(64);
      expect(text).toMatch(/^LicenseRef-[A-Za-z0-9.-]+$/);
    }
    // The model's card is written by its build.
    const named = [build?.run, agent?.run, contributors?.file, template === 'model' ? undefined : card];
    for (const path of named.filter((p) => p !== undefined)) await readFile(join(dir, path));
  });

  it('leaves no placeholder behind, and has none where none is replaced', async () => {
    const dir = await scaffold(template, NAMES);
    for (const entry of await readdir(dir, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      expect(await readFile(join(entry.parentPath, entry.name), 'utf8'), entry.name).not.toMatch(
        /\{\{\w*\}\}/,
      );
    }
  });
});

describe('the dataset', () => {
  it('is Palmer Penguins, byte for byte as it was published', async () => {
    const bytes = await readFile(join(DATASET, 'penguins.csv'));
    const digest = createHash('sha256').update(bytes).digest('hex');
    // The file of palmerpenguins 0.1.6 on PyPI.
    expect(digest).toBe('f204db2c753b0937caac3cb35258562c14f073e4bbc76be24b4c51ce22767a93');
    expect(await readFile(join(DATASET, 'README.md'), 'utf8')).toContain(digest);
  });

  it('has the rows, columns and gaps that its card says', async () => {
    const { header, rows } = parseCsv(await readFile(join(DATASET, 'penguins.csv'), 'utf8'));
    const card = await readFile(join(DATASET, 'README.md'), 'utf8');
    expect(rows).toHaveLength(344);
    const documented = [...card.matchAll(/^\| `(\w+)` +\|.*\| (\d+) +\|$/gm)].map(([, name, gaps]) => [
      name,
      Number(gaps),
    ]);
    const gaps = header.map((name, i) => [name, rows.filter((row) => row[i] === 'NA').length]);
    expect(documented).toEqual(gaps);
    const front = parse(card.split('---')[1] ?? '');
    expect(front).toMatchObject({ license: 'cc0-1.0', task_categories: ['tabular-classification'] });
  });

  it('pays five contributors by whole weights', async () => {
    const { header, rows } = parseCsv(await readFile(join(TEMPLATES, 'dataset/contributors.csv'), 'utf8'));
    expect(header).toEqual(['account', 'weight', 'note']);
    expect(rows.map(([account]) => account)).toEqual([
      'curator',
      'labeler',
      'labeler-2',
      'labeler-3',
      'reviewer',
    ]);
    for (const [, weight, note] of rows) {
      expect(weight).toMatch(/^[1-9]\d*$/);
      expect(note).not.toBe('');
    }
  });

  it('can be trained on, and its model be used by an agent, without paying first', async () => {
    const free = async (template: string, right: string) =>
      (await manifest(join(await scaffold(template, NAMES)))).terms.some(
        (t) => !t.price && t.rights.includes(right),
      );
    expect(await free('dataset', 'TRAIN')).toBe(true);
    expect(await free('model', 'AGENT_USE')).toBe(true);
  });
});
