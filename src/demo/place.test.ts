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
import { cleanPlace, markPlace, sealPlace } from './place.ts';

const root = mkdtempSync(join(tmpdir(), 'sahara-place-'));
afterAll(() => rmSync(root, { recursive: true }));

test('a folder that is not there, or empty, is a place', async () => {
  expect(await cleanPlace(join(root, 'new/deep'))).toEqual({ root: join(root, 'new/deep'), kept: [] });
  mkdirSync(join(root, 'empty'));
  await cleanPlace(join(root, 'empty'));
});

test('a folder of somebody is refused and left alone', async () => {
  mkdirSync(join(root, 'mine'));
  writeFileSync(join(root, 'mine/thesis.txt'), 'years');
  await expect(cleanPlace(join(root, 'mine'))).rejects.toMatchObject({ id: 'FOLDER_EXISTS' });
  expect(readdirSync(join(root, 'mine'))).toEqual(['thesis.txt']);
});

test('of an earlier demo only what the demo made is removed, whatever its mark says', async () => {
  const { root: place } = await cleanPlace(join(root, 'demo'));
  markPlace(place, ['penguins', 'REPORT.md', '../outside', '..', '.', '/etc', 'a/../../outside', '']);
  for (const folder of ['demo/penguins/content', 'demo/kept', 'outside'])
    mkdirSync(join(root, folder), { recursive: true });
  writeFileSync(join(root, 'demo/notes.md'), 'mine');
  await cleanPlace(place);
  expect(existsSync(join(root, 'demo/penguins'))).toBe(false);
  for (const kept of ['demo/kept', 'demo/notes.md', 'outside'])
    expect(existsSync(join(root, kept)), kept).toBe(true);
});

test('what was changed after the demo is kept aside, what was not is removed', async () => {
  const { root: place } = await cleanPlace(join(root, 'again'));
  const made = ['penguins', 'classifier', 'REPORT.md'];
  markPlace(place, made);
  for (const name of ['penguins', 'classifier']) {
    mkdirSync(join(place, name, 'content'), { recursive: true });
    writeFileSync(join(place, name, 'content/data.csv'), 'a,b\n');
  }
  writeFileSync(join(place, 'REPORT.md'), '# report');
  sealPlace(place, made);
  writeFileSync(join(place, 'penguins/content/data.csv'), 'a,b\n1,2\n');
  const { kept } = await cleanPlace(place);
  expect(kept).toEqual([join(place, 'penguins.kept-1')]);
  expect(readFileSync(join(place, 'penguins.kept-1/content/data.csv'), 'utf8')).toBe('a,b\n1,2\n');
  for (const name of made) expect(existsSync(join(place, name)), name).toBe(false);
});
