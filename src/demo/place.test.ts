import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { cleanPlace, markPlace } from './place.ts';

const root = mkdtempSync(join(tmpdir(), 'sahara-place-'));
afterAll(() => rmSync(root, { recursive: true }));

test('a folder that is not there, or empty, is a place', async () => {
  expect(await cleanPlace(join(root, 'new/deep'))).toBe(join(root, 'new/deep'));
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
  const place = await cleanPlace(join(root, 'demo'));
  markPlace(place, ['penguins', 'REPORT.md', '../outside', '..', '.', '/etc', 'a/../../outside', '']);
  for (const folder of ['demo/penguins/content', 'demo/kept', 'outside'])
    mkdirSync(join(root, folder), { recursive: true });
  writeFileSync(join(root, 'demo/notes.md'), 'mine');
  await cleanPlace(place);
  expect(existsSync(join(root, 'demo/penguins'))).toBe(false);
  for (const kept of ['demo/kept', 'demo/notes.md', 'outside'])
    expect(existsSync(join(root, kept)), kept).toBe(true);
});
