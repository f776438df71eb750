// A fresh clone in a new folder, with the machine's own Node: two processes at once install and build only once,
// a third has nothing to do and is quick about it.
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expectations } from './lib/expectations.mjs';
import { capture, systemPath } from './lib/spawn.mjs';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const { expect, conclude } = expectations();
const clone = mkdtempSync(join(tmpdir(), 'sahara-clone-'));
try {
  // The files as they are now, committed or not, but only those that git knows.
  const listed = await capture('git', ['-c', 'safe.directory=*', 'ls-files', '-z'], { cwd: root });
  const files = listed.stdout.split('\0').filter((f) => f !== '');
  expect('git lists the files', files.length > 0, listed.output);
  for (const file of files) {
    mkdirSync(dirname(join(clone, file)), { recursive: true });
    cpSync(join(root, file), join(clone, file), { verbatimSymlinks: true });
  }
  const env = { ...process.env, PATH: systemPath().join(delimiter) };
  const prepare = () =>
    capture('node', ['scripts/bootstrap.mjs', 'prepare'], { cwd: clone, env, timeoutMs: 240_000 });
  const both = await Promise.all([prepare(), prepare()]);
  for (const [i, one] of both.entries()) expect(`process ${i + 1} of 2 succeeds`, one.code === 0, one.output);
  const saying = (text) => both.filter((one) => one.stderr.includes(text)).length;
  expect('one of them installs', saying('Installing') === 1, both.map((b) => b.output).join('\n---\n'));
  expect('one of them builds', saying('Building') === 1, both.map((b) => b.output).join('\n---\n'));
  expect(
    'the other one says that it waits',
    saying('waiting for it') === 1,
    both.map((b) => b.output).join('\n---\n'),
  );
  expect(
    'stdout stays empty',
    both.every((one) => one.stdout === ''),
  );
  const again = await prepare();
  expect('a later run has nothing to do', again.code === 0 && again.output === '', again.output);
  expect('and takes less than a second', again.seconds < 1, `${again.seconds} s`);
  process.stdout.write(`installed and built in ${Math.max(...both.map((b) => b.seconds)).toFixed(1)} s, `);
  process.stdout.write(`nothing to do in ${again.seconds.toFixed(2)} s\n`);
} finally {
  rmSync(clone, { recursive: true, force: true });
}
conclude();
