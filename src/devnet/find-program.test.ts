import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { findProgram } from './find-program.ts';

const dir = mkdtempSync(join(tmpdir(), 'sahara-find-'));
afterAll(() => rmSync(dir, { recursive: true }));
for (const [folder, name, mode] of [
  ['first', 'plain', 0o644],
  ['second', 'plain', 0o755],
  ['second', 'tool', 0o755],
] as const) {
  mkdirSync(join(dir, folder), { recursive: true });
  writeFileSync(join(dir, folder, name), '#!/bin/sh\n');
  chmodSync(join(dir, folder, name), mode);
}
mkdirSync(join(dir, 'first', 'tool'));
symlinkSync('loop', join(dir, 'loop'));
const env = { PATH: [join(dir, 'first'), join(dir, 'nowhere'), join(dir, 'second')].join(':') };

describe.skipIf(process.platform === 'win32')('a program is found as a shell finds it', () => {
  test('by name: the first on PATH that can be run, past folders and other files', () => {
    expect(findProgram('tool', env)).toBe(join(dir, 'second/tool'));
    expect(findProgram('plain', env)).toBe(join(dir, 'second/plain'));
  });

  test('by name: past what cannot be looked at', () => {
    const PATH = `${dir}/loop:${env.PATH}`;
    expect(findProgram('tool', { PATH })).toBe(join(dir, 'second/tool'));
    expect(() => findProgram('absent', { PATH })).toThrow(/loop\/absent cannot be looked at \(ELOOP\)/);
  });

  test('by path, wherever PATH leads', () => {
    expect(findProgram(join(dir, 'second/tool'), {})).toBe(join(dir, 'second/tool'));
  });

  test.for([
    ['absent', /no such program on PATH/],
    ['', /it is empty/],
    [join(dir, 'absent'), /there is no such file/],
    [join(dir, 'first/tool'), /is no file/],
    [join(dir, 'first/plain'), /lacks the permission/],
  ] as const)('%s is refused, saying why', ([program, says]) => {
    expect(() => findProgram(program, env)).toThrow(says);
  });

  test('what is there and cannot be run is named before what is not there', () => {
    expect(() => findProgram('plain', { PATH: `${dir}/nowhere:${dir}/first` })).toThrow(
      /first\/plain.*permission/,
    );
  });
});
