import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { makeFolder } from './make-folder.ts';

const dir = mkdtempSync(join(tmpdir(), 'sahara-folder-'));
afterAll(() => rmSync(dir, { recursive: true }));

test('makes what is missing, twice, with the mode that is asked for', () => {
  const deep = join(dir, 'a/b/c');
  makeFolder(deep, 0o700);
  makeFolder(deep, 0o700);
  expect(statSync(deep).mode & 0o777).toBe(0o700);
});

test('a file in the way is an error that names it', () => {
  writeFileSync(join(dir, 'file'), '');
  expect(() => makeFolder(join(dir, 'file'))).toThrow(/EEXIST.*file/);
  expect(() => makeFolder(join(dir, 'file/below'))).toThrow(/ENOTDIR/);
});

test.runIf(existsSync('/proc/self'))('ends where nothing can be made', () => {
  expect(() => makeFolder('/proc/nothing-here/below')).toThrow(/ENOENT/);
});
