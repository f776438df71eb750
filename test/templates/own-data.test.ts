import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { classify } from '../../src/execution/index.ts';
import { seededRandom } from '../../templates/model/lib/split.ts';
import { temporary, trained } from './scaffold.ts';

/** Two kinds of wine that differ in two of three columns, with all that CSV files have in them. */
function wines(rows: number): string {
  const random = seededRandom(3);
  const lines = ['﻿"id","origin, as labelled",alcohol_pct,acidity,"colour"'];
  for (let i = 0; i < rows; i++) {
    const second = i % 3 === 0;
    const alcohol = (second ? 13.5 : 11.5) + (random() - 0.5) * 1.8;
    const acidity = i % 17 === 5 ? '?' : ((second ? 0.3 : 0.7) + (random() - 0.5) * 0.3).toFixed(3);
    const origin = second ? '"Côtes ""du"" Sud, rouge"' : '"North\nvalley"';
    lines.push(`w${i},${i === 4 ? '' : origin},${alcohol.toFixed(2)},${acidity},${second ? 'red' : 'pink'}`);
  }
  return `${lines.join('\r\n')}\r\n`;
}

async function dataset(files: Record<string, string>): Promise<string> {
  const dir = await temporary();
  for (const [name, text] of Object.entries(files)) {
    await mkdir(join(dir, name, '..'), { recursive: true });
    await writeFile(join(dir, name), text);
  }
  return dir;
}

const SETTINGS = { label: 'origin, as labelled', features: 'auto' };

describe('own CSV', () => {
  it('with quotes, line breaks, missing cells and two classes is trained on', async () => {
    const { content, build } = await trained(await dataset({ 'data/wine.csv': wines(150) }), SETTINGS);
    const metrics = JSON.parse(await readFile(join(content, 'metrics.json'), 'utf8'));
    expect(metrics.features).toEqual(['alcohol_pct', 'acidity']);
    expect(metrics.split).toMatchObject({ total: 150, dropped: 10 });
    expect(metrics.accuracy).toBeGreaterThan(0.9);
    expect(build.outputs).toHaveLength(4);
    const [strong, weak] = await classify(content, [
      { alcohol_pct: 13.6, acidity: 0.3 },
      { alcohol_pct: 11.3, acidity: 0.75 },
    ]);
    expect(strong?.label).toBe('Côtes "du" Sud, rouge');
    expect(weak?.label).toBe('North\nvalley');
    expect(strong?.probability).toBeGreaterThan(0.9);
    // Class names with a line break must not break the card's tables.
    const card = await readFile(join(content, 'README.md'), 'utf8');
    expect(card).toContain('| North valley |');
  });

  it('with semicolons and a column that never changes works too', async () => {
    const random = seededRandom(1);
    const lines = Array.from({ length: 40 }, (_, i) => `${i % 2 ? 'a' : 'b'};${(i % 2) + random() / 2};7`);
    const { content } = await trained(await dataset({ 'x.csv': ['kind;size;fixed', ...lines].join('\n') }), {
      label: 'kind',
      features: 'auto',
    });
    const [prediction] = await classify(content, [[1.2, 7]]);
    expect(prediction?.label).toBe('a');
  });

  it.each<[string, Record<string, string>, Record<string, unknown>, RegExp]>([
    [
      'a label column that is not there',
      { 'a.csv': 'x,y\n1,2\n' },
      { label: 'kind' },
      /train\.config\.json: "label" is "kind".* the columns of a\.csv are "x", "y"/,
    ],
    [
      'feature columns of other data',
      { 'a.csv': wines(9) },
      { label: 'colour' },
      /"features" has "bill_length_mm", "bill_depth_mm",.*"auto".*"origin, as labelled", "alcohol_pct"/,
    ],
    [
      'text in a feature',
      { 'a.csv': 'k,x\na,1\nb,two\n' },
      { label: 'k', features: ['x'] },
      /row 2: x is "two"/,
    ],
    ['a hexadecimal number', { 'a.csv': 'k,x\na,1\nb,0x10\n' }, { label: 'k', features: ['x'] }, /"0x10"/],
    [
      'one class only',
      { 'a.csv': 'k,x\na,1\na,2\n' },
      { label: 'k', features: 'auto' },
      /at least 2 classes/,
    ],
    [
      'a class with one row',
      { 'a.csv': 'k,x\na,1\na,2\nb,3\n' },
      { label: 'k', features: 'auto' },
      /"b" has only one/,
    ],
    [
      'no numbers at all',
      { 'a.csv': 'k,x\na,p\nb,q\n' },
      { label: 'k', features: 'auto' },
      /no column of numbers/,
    ],
    ['a ragged row', { 'a.csv': 'k,x\na,1\nb\n' }, { label: 'k', features: 'auto' }, /line 3: 1 cells/],
    ['an open quote', { 'a.csv': 'k,x\n"a,1\nb,2\n' }, { label: 'k', features: 'auto' }, /line 2: a quote/],
    ['no table', { 'a.txt': 'k' }, {}, /no \.csv file/],
    ['two tables', { 'a.csv': 'k', 'b.csv': 'k' }, {}, /several tables \(a\.csv, b\.csv\)/],
    ['an empty table', { 'a.csv': '' }, {}, /a\.csv: the file is empty/],
    ['a share above 1', { 'a.csv': 'k,x\n' }, { testShare: 1.5 }, /"testShare" must lie between 0 and 1/],
  ])('with %s fails and says so', async (_what, files, settings, message) => {
    await expect(trained(await dataset(files), settings)).rejects.toMatchObject({
      id: 'BUILD_FAILED',
      message: expect.stringMatching(message),
    });
  });
  it('and several wrong settings tells all at once, once, with the columns that could be the label', async () => {
    const rows = Array.from({ length: 12 }, (_, i) => `${i},${i / 7},p${i % 3},${i % 2 ? 'deep' : 'low'},NA`);
    const folder = await dataset({ 'ocean.csv': ['id,"depth, m",plot,zone,none', ...rows].join('\n') });
    const output: string[] = [];
    const failed = trained(folder, { testShare: 7, label: 'the column to predict' }, output);
    await expect(failed).rejects.toMatchObject({
      params: {
        reason: expect.stringMatching(
          /^Error: train\.config\.json: "testShare" .*; "label" is "the column to predict", .*\(it could be "plot", "zone"\); "features" has "bill_length_mm", .* are "id", "depth, m", "plot", "zone", "none"\.$/,
        ),
      },
    });
    expect(output).toEqual([]);
  });
});
