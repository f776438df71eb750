import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { atModestDepth, deep } from '../depth.ts';
import { COMMAND_LINES, ELSEWHERE, PENGUINS } from './command-lines.ts';
import { givePassword } from './other-network.ts';
import { smallDataset } from './scripted.ts';
import { createWorld, type Envelope, type Ran, ROOT, type World } from './support.ts';

/**
 * The contract of the command line over every command and every form of output, driven from the manifest: a command
 * that is new and not in `COMMAND_LINES` fails the first test.
 */
const world = await createWorld('contract');
const bare = await createWorld('contract-bare');

type Manifest = {
  commands: Record<
    string,
    {
      hidden?: boolean;
      writes?: string[];
      flags: Record<string, { required?: boolean }>;
      args: Record<string, { required?: boolean }>;
    }
  >;
};
const { commands } = JSON.parse(readFileSync(join(ROOT, 'oclif.manifest.json'), 'utf8')) as Manifest;
const all = Object.entries(commands).map(([id, command]) => ({ words: id.replaceAll(':', ' '), ...command }));

beforeAll(async () => {
  const { chain } = await world.startDevnet();
  // The devnet itself, by another name.
  world.write('sahara.config.yaml', `networks: {staging: {rpcUrl: '${chain.rpcUrl}', chainId: 31337}}\n`);
  givePassword(world);
  for (const name of ['penguins', 'story']) {
    smallDataset(world, name, {}, 'contributors: {share: 40%, file: contributors.csv}\n');
    world.write(`${name}/contributors.csv`, 'account,weight\nlabeler,3\nreviewer,1\n');
  }
  await world.json(['publish', 'penguins']);
  await world.json(['content', 'export', PENGUINS, 'penguins.car']);
  await world.json(['license', 'set', 'penguins', '--preset', 'commercial-remix', '--price', '5']);
  // A licence to renew and to revoke, and one whose revocation can be appealed against; both for anybody, for nothing.
  const monthly = ['--rights', 'ACCESS,TRAIN', '--period', '30d', '--text', 'LicenseRef-monthly'];
  const set = await world.json(['license', 'set', 'penguins', ...monthly]);
  const terms = `${(set['terms'] as { id: number }).id}`;
  for (const _ of ['first', 'second'])
    await world.json(['market', 'buy', 'penguins', '--terms', terms, '--another', '--account', 'buyer']);
  await world.json(['license', 'revoke', '2', '--reason', 'Resold the raw data']);
  await world.json(['revenue', 'pay', 'penguins', '5']);
  await world.json(['revenue', 'settle']);
  await world.json(['revenue', 'claim', '--account', 'curator']);
  await world.json(['new', 'model', 'classifier', '--from', 'penguins']);
  await world.json(['devnet', 'snapshot', 'save', 'saved']);
  await world.json(['devnet', 'snapshot', 'export', 'saved', 'saved.snapshot']);
  world.write('operations.ndjson', '{"op": "revenue.pay", "asset": "penguins", "amount": "1"}\n');
});

/** The line of a command that succeeds. */
function lineOf({ words, writes = [] }: (typeof all)[number]): string[] {
  return [...words.split(' '), ...(COMMAND_LINES[words] ?? []), ...(writes.length > 0 ? ['--dry-run'] : [])];
}

/** The events of an NDJSON run; the last one is the envelope. */
function eventsOf({ stdout }: Ran): ({ type: string } & Partial<Envelope>)[] {
  expect(stdout.endsWith('\n')).toBe(true);
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { type: string });
}

/** A result of NDJSON in the shape of an envelope. */
function resultOf(ran: Ran): Partial<Envelope> {
  const events = eventsOf(ran);
  expect(events.map((e) => e.type).filter((t) => t === 'result')).toEqual(['result']);
  expect(events.at(-1)?.type).toBe('result');
  for (const { type } of events) expect(['progress', 'note', 'warning', 'item', 'result']).toContain(type);
  const { type: _, ...envelope } = events.at(-1) ?? { type: '' };
  return envelope;
}

const NO_PORTS = { SAHARA_RPC_PORT: '', SAHARA_IPFS_API_PORT: '', SAHARA_IPFS_GATEWAY_PORT: '' };

/** The same line in every form of output. */
async function inAllForms(at: World, line: string[], env: Record<string, string> = {}) {
  const [text, quiet, json, ndjson] = await Promise.all([
    at.run(line, { env }),
    at.run([...line, '-q'], { env }),
    at.envelope(line, { env }),
    at.run([...line, '-o', 'ndjson'], { env }),
  ]);
  return { text, quiet, json, ndjson, others: [quiet.code, ndjson.code] };
}

/** JSON, and of every other command one more form, each in its turn. */
async function inOneMore(at: World, line: string[], env: Record<string, string>, turn: number) {
  const when = (place: number, run: () => Promise<Ran>) => (turn % 6 === 2 * place ? run() : undefined);
  const [json, text, quiet, ndjson] = await Promise.all([
    at.envelope(line, { env }),
    when(0, () => at.run(line, { env })),
    when(1, () => at.run([...line, '-q'], { env })),
    when(2, () => at.run([...line, '-o', 'ndjson'], { env })),
  ]);
  return { text, quiet, json, ndjson };
}

async function inTextAndJson(at: World, line: string[]) {
  const [text, json] = await Promise.all([at.run(line), at.envelope(line)]);
  return { text, json, others: [] };
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what must not be there
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f]/;

test('every command has a line here, and every line a command', () => {
  const known = [...Object.keys(COMMAND_LINES), ...Object.keys(ELSEWHERE)];
  expect(known.sort()).toEqual(all.map((c) => c.words).sort());
});

test('every command that changes something has a --dry-run', () => {
  const without = all.filter((c) => (c.writes ?? []).length > 0 && !('dry-run' in c.flags));
  expect(without.map((c) => c.words)).toEqual([]);
  expect(all.filter((c) => (c.writes ?? []).length > 0).length).toBeGreaterThan(15);
});

describe('what succeeds', () => {
  // What writes succeeds with --dry-run in the test of dry runs as well, held to its schema there.
  const here = all.filter((c) => !(c.words in ELSEWHERE) && (deep || (c.writes ?? []).length === 0));
  const succeeding = here.map((command, i) => ({ ...command, i }));
  test.for(succeeding)('$words', async ({ i, ...command }) => {
    const line = lineOf(command);
    // A demo brings a devnet of its own, which cannot have the ports of the one that runs.
    const env = command.words === 'demo' ? NO_PORTS : {};
    // At modest depth each command shows JSON, and every other one of the other forms as well; at depth all do.
    const forms = deep ? await inAllForms(world, line, env) : await inOneMore(world, line, env, i);
    const { text, quiet, json, ndjson } = forms;
    const told = [line.join(' '), JSON.stringify(json.error ?? json.data), text?.stdout, text?.stderr].join(
      '\n',
    );
    const codes = { text: text?.code, quiet: quiet?.code, json: json.exit, ndjson: ndjson?.code };
    for (const [form, code] of Object.entries(codes))
      if (code !== undefined) expect(code, `${form} ${told}`).toBe(0);
    if (text) expect(text.stdout, told).not.toMatch(CONTROL);
    expect(quiet?.stderr ?? '', told).toBe('');
    expect(ndjson?.stderr ?? '', told).toBe('');
    expect(json.ok).toBe(true);
    expect(json.command).toBe(command.words);
    if (ndjson) expect(shape(resultOf(ndjson).data), told).toEqual(shape(json.data));
    if ((command.writes ?? []).length > 0) expect(json.meta, told).toMatchObject({ dryRun: true });
  });
});

describe('what is refused', () => {
  // All commands share what they do with it; at depth each is held to it, as below.
  test.for(atModestDepth(all, 5))('$words', async ({ words, args, flags }) => {
    const line = [...words.split(' '), '--no-such-flag'];
    // All forms share what they do with an error; at depth each is held to it.
    if (deep) {
      const { quiet, ndjson } = await inAllForms(bare, line);
      expect([quiet.code, ndjson.code]).toEqual([2, 2]);
      expect(quiet.stdout).toBe('');
      expect(ndjson.stderr).toBe('');
      expect(resultOf(ndjson)).toMatchObject({ ok: false, command: words, error: { code: 'SAH-0002' } });
    }
    const { text, json } = await inTextAndJson(bare, line);
    expect(json.exit).toBe(2);
    expect(text).toMatchObject({ code: 2, stdout: '' });
    expect(json).toMatchObject({ ok: false, command: words, error: { code: 'SAH-0002', kind: 'usage' } });
    expect(json.error?.next[0]?.command).toBe(`sahara ${words} --help`);
    const required = [
      ...Object.entries(args).map(([name, arg]) => ({ ...arg, name: name.toUpperCase() })),
      ...Object.entries(flags).map(([name, flag]) => ({ ...flag, name: `--${name}` })),
    ].filter((r) => r.required);
    if (required.length === 0) return;
    const nothing = await bare.envelope(words.split(' '));
    expect(nothing).toMatchObject({ ok: false, exit: 2, error: { code: 'SAH-0002' } });
    // One error lists all that is missing.
    for (const { name } of required) expect(nothing.error?.message).toContain(name);
  });
});

describe('without a devnet', () => {
  const ended = all.filter((c) => !['demo', 'devnet start', 'tutorial'].includes(c.words));
  test.for(atModestDepth(ended, 5))('$words ends alike in every form', async (command) => {
    // All four forms share what they do with an error; at depth each is held to it.
    const line = lineOf(command);
    const { text, json, others } = deep ? await inAllForms(bare, line) : await inTextAndJson(bare, line);
    const told = `${command.words}\n${JSON.stringify(json.error)}\n${text.stderr}`;
    const codes = [text.code, ...others];
    expect(codes, told).toEqual(codes.map(() => json.exit));
    // Of doctor 1 is a result: it has found something.
    if (command.words !== 'doctor') expect(json.exit, told).not.toBe(1);
    if (!json.ok) expect(text.stderr, told).toContain(`error ${json.error?.code}`);
  });
});

test('nothing is cut off when a slow reader reads through a pipe', async () => {
  const { spawnSync } = await import('node:child_process');
  const line = `"${process.execPath}" "${join(ROOT, 'bin/run.js')}" explain --json`;
  const whole = spawnSync('/bin/sh', ['-c', `${line} | { sleep 1; wc -c; }`], {
    cwd: world.project,
    env: world.env,
    encoding: 'utf8',
  });
  const direct = await world.run(['explain', '--json']);
  // More than a pipe holds at once, and the same up to the digits of the duration.
  expect(direct.stdout.length).toBeGreaterThan(70_000);
  expect(Math.abs(Number(whole.stdout.trim()) - Buffer.byteLength(direct.stdout))).toBeLessThan(4);
});

/** The keys of a value, however deep; of a list those of its items together. */
function shape(value: unknown): unknown {
  if (Array.isArray(value)) return value.length > 0 ? [shape(value[0])] : [];
  if (typeof value !== 'object' || value === null) return typeof value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([k, v]) => [k, shape(v)]),
  );
}
