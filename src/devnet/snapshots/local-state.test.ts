import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { temporaryBeside } from '../../base/atomic-file.ts';
import { isLocalPath, localFiles, restoreLocal } from './local-state.ts';
import type { SnapshotManifest } from './types.ts';

const base = mkdtempSync(join(tmpdir(), 'sahara-local-state-'));
afterAll(() => rmSync(base, { recursive: true }));
let project = '';
beforeEach(() => {
  project = mkdtempSync(join(base, 'p-'));
});

const RELEASE = `releases/${'ab'.repeat(32)}`;
const OURS = { id: 31337, firstBlock: `0x${'11'.repeat(32)}` } as const;
const batch = (first: string) => `batch/31337-${first.repeat(16)}-${'0'.repeat(32)}.ndjson`;

function write(below: string, path: string, text = path): void {
  mkdirSync(dirname(join(project, below, path)), { recursive: true });
  writeFileSync(join(project, below, path), text);
}
const below = (folder: string) =>
  (readdirSync(join(project, folder), { recursive: true, withFileTypes: true }) as import('node:fs').Dirent[])
    .filter((entry) => entry.isFile())
    .map((entry) => entry.name)
    .sort();

describe('what belongs to the economy of a chain', () => {
  test('is what a part owns, and of batches those of this chain', () => {
    for (const path of [
      `${RELEASE}/sahara.json`,
      'keys/curator.pem',
      batch('1'),
      batch('2'),
      'releases/short/sahara.json',
      'keys/notes.txt',
      'content/pack.bin',
    ])
      write('.sahara', path);
    expect(localFiles(join(project, '.sahara'), OURS)).toEqual([
      `${RELEASE}/sahara.json`,
      batch('1'),
      'keys/curator.pem',
    ]);
  });

  test('is never what somebody only began to write', () => {
    write('.sahara', `${RELEASE}/sahara.json`);
    write('.sahara', temporaryBeside(`${RELEASE}/sahara.json`));
    // A file that its author calls so is one.
    write('.sahara', `${RELEASE}/notes.tmp`);
    expect(localFiles(join(project, '.sahara'), OURS)).toEqual([
      `${RELEASE}/notes.tmp`,
      `${RELEASE}/sahara.json`,
    ]);
  });

  test('is no path that leads elsewhere', () => {
    expect(isLocalPath(`local/${RELEASE}/sahara.json`)).toBe(true);
    for (const path of [
      `local/${RELEASE}/..`,
      'local/../keys/a.pem',
      `${RELEASE}/sahara.json`,
      'local/keys/../a.pem',
    ])
      expect(isLocalPath(path), path).toBe(false);
  });
});

test('it comes back as each part says, and the same when it is done again', async () => {
  const files = [`${RELEASE}/sahara.json`, batch('1'), 'keys/curator.pem'];
  for (const path of files) write('snapshot', `local/${path}`, 'saved');
  for (const path of [`${RELEASE}/later.sig`, `${RELEASE}/sahara.json`, 'keys/curator.pem', batch('2')])
    write('.sahara', path, 'there');
  write('.sahara', batch('1').replace(/0(?=\.ndjson)/, '9'), 'sent later');
  const manifest = { chain: OURS, files: files.map((path) => ({ path: `local/${path}` })) } as unknown;
  for (let again = 0; again < 2; again++) {
    await restoreLocal(join(project, '.sahara'), join(project, 'snapshot'), manifest as SnapshotManifest);
    expect(below('.sahara')).toEqual(
      [
        'sahara.json',
        'later.sig',
        'curator.pem',
        ...[batch('1'), batch('2')].map((path) => path.slice(6)),
      ].sort(),
    );
    const text = (path: string) => readFileSync(join(project, '.sahara', path), 'utf8');
    expect(text(`${RELEASE}/sahara.json`)).toBe('saved');
    expect(text('keys/curator.pem')).toBe('there');
  }
});
