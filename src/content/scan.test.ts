import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { scanFolder } from './scan.ts';
import { tempDir } from './testing/node.ts';

let temp: ReturnType<typeof tempDir>;
beforeEach(() => {
  temp = tempDir('scan');
});
afterEach(() => temp.remove());

const at = (...parts: string[]) => join(temp.path, ...parts);
const put = (path: string, text = path) => {
  mkdirSync(join(at(path), '..'), { recursive: true });
  writeFileSync(at(path), text);
};
const refuses = (id: string) =>
  expect(scanFolder(temp.path)).rejects.toMatchObject({ name: 'SaharaError', id });

describe('scanFolder', () => {
  it('lists files in byte order, empty folders, and what it leaves out', async () => {
    for (const path of [
      'b/z',
      'b/a',
      'a.txt',
      'C',
      'é',
      '.env',
      'b/.git/config',
      'b-',
      '\u{1f642}',
      '\uff01',
    ])
      put(path);
    mkdirSync(at('void/deeper'), { recursive: true });
    put('only-hidden/.x');
    const scan = await scanFolder(temp.path);
    expect(scan.files.map((f) => f.path)).toEqual([
      'C',
      'a.txt',
      'b-',
      'b/a',
      'b/z',
      'é',
      '\uff01',
      '\u{1f642}',
    ]);
    expect(scan.files[0]).toMatchObject({ absolute: at('C'), size: 1 });
    expect(scan.emptyFolders).toEqual(['only-hidden', 'void/deeper']);
    expect(scan.hidden).toEqual(['.env', 'b/.git/', 'only-hidden/.x']);
  });

  it('refuses a folder that does not exist, is a file, or is a link', async () => {
    await expect(scanFolder(at('none'))).rejects.toMatchObject({ id: 'CONTENT_FOLDER_MISSING' });
    put('file');
    await expect(scanFolder(at('file'))).rejects.toMatchObject({ id: 'CONTENT_NOT_A_FOLDER' });
    await expect(scanFolder(at('file/x'))).rejects.toMatchObject({ id: 'CONTENT_FOLDER_MISSING' });
    symlinkSync(temp.path, at('link'));
    await expect(scanFolder(at('link'))).rejects.toMatchObject({ id: 'CONTENT_SYMLINK' });
  });

  it('refuses a folder without files, and counts the hidden ones', async () => {
    put('.hidden');
    mkdirSync(at('sub'));
    await expect(scanFolder(temp.path)).rejects.toMatchObject({
      id: 'CONTENT_FOLDER_EMPTY',
      params: { hidden: 1 },
    });
  });

  it('refuses links to files, to folders, and to nothing', async () => {
    put('ok');
    for (const [i, target] of [at('ok'), temp.path, '/nowhere'].entries()) {
      symlinkSync(target, at(`link${i}`));
      await refuses('CONTENT_SYMLINK');
      execFileSync('rm', [at(`link${i}`)]);
    }
  });

  it('refuses a named pipe without opening it', async () => {
    put('ok');
    execFileSync('mkfifo', [at('pipe')]);
    await refuses('CONTENT_NOT_REGULAR');
  });

  it.each(['back\\slash', 'line\nbreak', 'esc\u001b[2J', 'del\u007f'])(
    'refuses the name %j',
    async (name) => {
      put(name);
      await refuses('CONTENT_NAME_BAD');
    },
  );

  it('refuses a name that is not UTF-8', async () => {
    put('ok');
    writeFileSync(Buffer.concat([Buffer.from(`${temp.path}/`), Buffer.from([0x66, 0xff])]), 'x');
    await refuses('CONTENT_NAME_BAD');
  });

  it('refuses names that are one elsewhere: by case, by Unicode form, files and folders', async () => {
    for (const [a, b] of [
      ['readme', 'README'],
      ['caf\u00e9', 'cafe\u0301'],
      ['sub/x/1', 'sub/X/2'],
    ] as const) {
      put(a);
      put(b);
      await refuses('CONTENT_NAME_COLLISION');
      for (const name of readdirSync(temp.path)) rmSync(at(name), { recursive: true });
    }
    put('one/Name');
    put('two/name');
    expect((await scanFolder(temp.path)).files).toHaveLength(2);
  });

  it.skipIf(process.getuid?.() === 0)('refuses an unreadable file and an unreadable folder', async () => {
    put('secret');
    chmodSync(at('secret'), 0);
    await refuses('CONTENT_UNREADABLE');
    chmodSync(at('secret'), 0o600);
    put('closed/x');
    chmodSync(at('closed'), 0);
    await refuses('CONTENT_UNREADABLE');
    chmodSync(at('closed'), 0o700);
  });

  it('goes as deep as the file system does', async () => {
    const deep = Array.from({ length: 300 }, () => 'd').join('/');
    put(`${deep}/f`);
    expect((await scanFolder(temp.path)).files[0]?.path).toBe(`${deep}/f`);
  });

  it('stops when asked to, in the middle of a large folder', async () => {
    for (let i = 0; i < 3_000; i++) writeFileSync(at(`f${i}`), '');
    const stop = new AbortController();
    const scan = scanFolder(temp.path, { signal: stop.signal });
    setImmediate(() => stop.abort(new Error('stop')));
    await expect(scan).rejects.toThrow('stop');
  });
});
