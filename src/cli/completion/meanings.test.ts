import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { ERRORS } from '../../base/errors.ts';
import { PRESETS } from '../../licensing/presets.ts';
import { RIGHT_NAMES } from '../../licensing/rights.ts';
import { readGrammar } from './grammar.ts';
import { leftOver, withoutMeaning } from './meanings.ts';
import { PROVIDERS } from './providers.ts';
import { selectedDevnet } from './selected-devnet.ts';
import { PRESET_WORDS, RIGHT_WORDS } from './vocabulary.ts';

const ROOT = resolve(import.meta.dirname, '../../..');
const grammar = readGrammar(ROOT);

describe('every value has a meaning', () => {
  test('each argument and flag of each command has options, or a line in meanings.ts', () => {
    expect(
      withoutMeaning(grammar),
      'Say in src/cli/completion/meanings.ts what these take ("free" where anything goes)',
    ).toEqual([]);
  });

  test('no line is about a command that is gone', () => {
    expect(leftOver(grammar)).toEqual([]);
  });

  test('a command that is forgotten is named', () => {
    const forgotten = {
      id: 'asset:paint',
      args: { colour: { name: 'colour' }, asset: { name: 'asset' } },
      flags: {
        brush: { name: 'brush', type: 'option' as const },
        gloss: { name: 'gloss', type: 'boolean' as const },
        size: { name: 'size', type: 'option' as const, options: ['s', 'l'] },
      },
    };
    expect(withoutMeaning({ topics: {}, commands: { 'asset:paint': forgotten } })).toEqual([
      'asset paint colour',
      'asset paint --brush',
    ]);
    expect(leftOver({ topics: {}, commands: { 'asset:paint': forgotten } })).toContain('asset:get --to');
  });

  test('the words that are written down twice are the same', () => {
    expect([...PRESET_WORDS]).toEqual(PRESETS.map((p) => p.name));
    expect([...RIGHT_WORDS]).toEqual(RIGHT_NAMES);
  });
});

describe('meanings that no command has yet', () => {
  let project: string;
  beforeAll(() => {
    project = mkdtempSync(join(tmpdir(), 'sahara-completion-'));
  });
  afterAll(() => rmSync(project, { recursive: true }));

  const ask = async (name: string, words: string[] = [''], before: string[] = []) => {
    const answer = await PROVIDERS[name as 'network']({
      typed: words.at(-1) ?? '',
      before,
      grammar,
      root: ROOT,
      stateDir: async () => join(project, '.sahara'),
      devnet: () => selectedDevnet(join(project, '.sahara')),
      signal: new AbortController().signal,
    });
    return (Array.isArray(answer) ? answer : (answer.candidates ?? [])).map((c) => c.value);
  };

  test('codes of errors, words of commands, networks', async () => {
    expect(await ask('error-code')).toEqual(Object.values(ERRORS).map((e) => e.code));
    expect(await ask('command', [''], ['devnet'])).toContain('start');
    expect(await ask('network')).toEqual(['devnet', 'sahara-testnet']);
  });

  test('snapshots are what lies in the folder of snapshots', async () => {
    expect(await ask('snapshot')).toEqual([]);
    const folder = join(project, '.sahara/devnet/default/snapshots');
    mkdirSync(join(folder, 'before-sale'), { recursive: true });
    writeFileSync(join(folder, '.partial'), '');
    expect(await ask('snapshot')).toEqual(['before-sale']);
    // Those of the devnet that commands mean, where there are several.
    mkdirSync(join(project, '.sahara/devnet/review/snapshots/reviewed'), { recursive: true });
    expect(await ask('snapshot')).toEqual(['before-sale']);
    vi.stubEnv('SAHARA_DEVNET', 'review');
    expect(await ask('snapshot')).toEqual(['reviewed']);
    vi.unstubAllEnvs();
  });
});
