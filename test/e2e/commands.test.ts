import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createWorld, ROOT } from './support.ts';

const world = await createWorld('commands');

/** Each command by its file: what is there is what must be right, whatever a list says. */
const COMMANDS = (readdirSync(join(ROOT, 'dist/commands'), { recursive: true }) as string[])
  .filter((f) => f.endsWith('.js'))
  .map((f) => f.replace(/\.js$/, '').split(/[\\/]/))
  .sort((a, b) => a.join(' ').localeCompare(b.join(' ')));

test('there is every command that was promised', () => {
  expect(COMMANDS.map((c) => c.join(' '))).toEqual(
    expect.arrayContaining([
      ...['new', 'publish', 'demo', 'simulate', 'agent run', 'config show'],
      ...['start', 'stop', 'status', 'reset', 'logs'].map((c) => `devnet ${c}`),
      ...['list', 'show', 'verify', 'get'].map((c) => `asset ${c}`),
      ...['presets', 'set', 'show'].map((c) => `license ${c}`),
      ...['list', 'buy'].map((c) => `market ${c}`),
      ...['pay', 'settle', 'claim', 'show'].map((c) => `revenue ${c}`),
      ...['list', 'balance', 'fund', 'send', 'unwrap'].map((c) => `account ${c}`),
    ]),
  );
});

test('the committed manifest of the commands names the same ones', () => {
  const manifest = JSON.parse(readFileSync(join(ROOT, 'oclif.manifest.json'), 'utf8')) as {
    commands: Record<
      string,
      { summary?: string; examples?: string[]; flags: Record<string, { description?: string }> }
    >;
  };
  expect(Object.keys(manifest.commands).sort()).toEqual(COMMANDS.map((c) => c.join(':')).sort());
  for (const [id, { summary, examples, flags }] of Object.entries(manifest.commands)) {
    expect(summary, id).toMatch(/^[A-Z].{10,}[.?]$/);
    expect(examples?.length, `examples of ${id}`).toBeGreaterThan(0);
    for (const example of examples ?? [])
      expect(example, id).toContain(`<%= config.bin %> ${id.replaceAll(':', ' ')}`);
    for (const [flag, { description }] of Object.entries(flags))
      expect(description, `${id} --${flag}`).toBeTruthy();
  }
});

describe.concurrent('every command', () => {
  test.for(COMMANDS)('%s %s has help with a summary, usage and examples', async (command) => {
    const words = command.filter(Boolean);
    const { code, stdout, stderr } = await world.run([...words, '--help']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^[A-Z].+[.?]\n/);
    expect(stdout).toMatch(new RegExp(`USAGE\n +\\$ sahara ${words.join(' ')}`));
    expect(stdout).toMatch(/EXAMPLES\n +\$|EXAMPLES\n +\S/);
    expect(stdout).toMatch(/--json/);
  });
});

describe('the launcher', () => {
  test('says its version, as text', async () => {
    const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string };
    expect(await world.text(['--version'])).toMatch(new RegExp(`^sahara-devkit/${version} `));
  });

  test('lists all topics and commands in its help', async () => {
    const help = await world.text(['--help']);
    for (const word of new Set(COMMANDS.map((c) => c[0])))
      expect(help).toMatch(new RegExp(`^ +${word} +[A-Z]`, 'm'));
    for (const topic of new Set(COMMANDS.filter((c) => c.length > 1).map((c) => c[0] ?? ''))) {
      const { code, stdout } = await world.run([topic, '--help']);
      expect({ topic, code }).toEqual({ topic, code: 0 });
      for (const command of COMMANDS.filter((c) => c[0] === topic))
        expect(stdout).toContain(command.join(' '));
    }
  });

  test.for<[string[], string, RegExp, string]>([
    [['asset', 'list', 'extra'], 'asset list', /Unexpected argument: "extra"/, 'sahara asset list --help'],
    [['devnet', 'stop', 'now', 'please'], 'devnet stop', /"now", "please"/, 'sahara devnet stop --help'],
    [
      ['--quiet', 'asset', 'list'],
      'asset list',
      /after the command: sahara asset list/,
      'sahara asset list --quiet --json',
    ],
    [['--no-such-flag'], '', /without a command/, 'sahara --help'],
    [
      ['devnet', 'start', '--rpc-port', 'abc'],
      'devnet start',
      /^[ -~]*abc[ -~]*$/,
      'sahara devnet start --help',
    ],
  ])('%j is told what is wrong with it', async ([args, command, says, next]) => {
    const answer = await world.envelope(args);
    expect(answer).toMatchObject({ ok: false, exit: 2, command, error: { code: 'SAH-0002' } });
    expect(answer.error?.message).toMatch(says);
    expect(answer.error?.next[0]?.command).toBe(next);
  });

  test('nothing is given to the zero address', async () => {
    const zero = `0x${'0'.repeat(40)}`;
    for (const args of [
      ['account', 'send', zero, '1'],
      ['market', 'buy', 'penguins', '--for', zero],
    ])
      expect(await world.envelope(args)).toMatchObject({ exit: 2, error: { code: 'SAH-1007' } });
  });

  test('a parent that cannot be one is refused before a folder is made', async () => {
    const answer = await world.envelope(['new', 'model', 'm', '--from', 'bad name']);
    expect(answer).toMatchObject({ exit: 2, error: { code: 'SAH-6001' } });
    expect(readdirSync(world.project)).not.toContain('m');
  });

  test('the file is a program on its own', () => {
    expect(readFileSync(join(ROOT, 'bin/run.js'), 'utf8')).toMatch(/^#!\/usr\/bin\/env node\n/);
  });
});
