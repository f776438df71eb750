import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { installState, isCurrentNode } from './install.mjs';

let root;
const lockfile = (packages) => JSON.stringify({ lockfileVersion: 3, packages: { '': {}, ...packages } });
const a = { 'node_modules/a': { version: '1.0.0' } };
const elsewhere = { 'node_modules/b-win32': { version: '1.0.0', optional: true, os: ['win32'] } };
const installed = (packages) => {
  mkdirSync(join(root, 'node_modules'), { recursive: true });
  writeFileSync(join(root, 'node_modules', '.package-lock.json'), lockfile(packages));
};
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'sahara-install-'));
  writeFileSync(join(root, 'package-lock.json'), lockfile({ ...a, ...elsewhere }));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

describe('installState', () => {
  it('wants an installation where there is none', () => {
    expect(installState(root)).toEqual({ reason: 'node_modules is not there yet' });
  });

  it('wants one after an installation that was interrupted', () => {
    mkdirSync(join(root, 'node_modules', 'a'), { recursive: true });
    expect(installState(root).reason).toMatch(/did not finish/);
  });

  it('wants one when the lockfile names another version', () => {
    installed({ 'node_modules/a': { version: '0.9.0' } });
    expect(installState(root).reason).toMatch(/has changed/);
  });

  it('wants one when a package is missing', () => {
    installed({});
    expect(installState(root).reason).toMatch(/has changed/);
  });

  it('adopts what somebody installed by hand, packages of other platforms aside', () => {
    installed(a);
    expect(installState(root)).toEqual({ adopted: true });
  });

  it('wants one when node_modules came from another platform', () => {
    installed(a);
    writeFileSync(
      join(root, 'node_modules', '.sahara-installed.json'),
      JSON.stringify({ lock: 'x', platform: 'plan9-mips', node: 'bundled' }),
    );
    expect(installState(root).reason).toMatch(/installed for plan9-mips/);
  });
});

it.each([
  ['18.20.0', false],
  ['20.20.2', false],
  ['22.17.9', false],
  ['v22.18.0', true],
  ['23.11.0', false],
  ['24.0.0', true],
  ['26.1.0', true],
])('Node %s is current: %s', (version, current) => {
  expect(isCurrentNode(version)).toBe(current);
});
