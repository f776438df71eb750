import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { possibleParents } from './possible-parents.ts';

const base = mkdtempSync(join(tmpdir(), 'sahara-parents-'));
afterAll(() => rmSync(base, { recursive: true }));

test('folders of the kind, by the name in their manifest, and no others', async () => {
  const put = (folder: string, manifest: string) => {
    mkdirSync(join(base, folder));
    writeFileSync(join(base, folder, 'sahara.yaml'), manifest);
  };
  put('zebra-folder', 'kind: dataset\nname: zebras\n');
  put('ants', 'kind: dataset\nname: ants\n');
  put('classifier', 'kind: model\nname: classifier\n');
  put('broken', 'kind: [dataset\n');
  put('wrong', 'kind: dataset\nname: wrong\nmood: good\n');
  put('.hidden', 'kind: dataset\nname: hidden\n');
  mkdirSync(join(base, 'empty'));
  expect(await possibleParents('dataset', base, null)).toEqual([
    { ref: 'ants', folder: 'ants', publisher: null },
    { ref: 'zebras', folder: 'zebra-folder', publisher: null },
  ]);
  expect((await possibleParents('model', base, null)).map((p) => p.ref)).toEqual(['classifier']);
});
