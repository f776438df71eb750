import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { startMirror } from '../../src/devnet/kubo/mirror.test-helper.ts';
import { atModestDepth } from '../depth.ts';
import { givePassword, openAccount, startOtherNetwork } from './other-network.ts';
import { stateOf } from './state.ts';
import { createWorld, ROOT } from './support.ts';

const world = await createWorld('dry-run');
const mirror = await startMirror();
const network = await startOtherNetwork(8600, world);
givePassword(world);
// Not in the project's state, whose first keys another fixture brings.
world.env['SAHARA_KEYSTORE'] = join(world.dir, 'keystore');
await openAccount(world, 'payer', [network]);
afterAll(() => {
  mirror.close();
  network.stop();
});

const manifest = JSON.parse(readFileSync(join(ROOT, 'oclif.manifest.json'), 'utf8')) as {
  commands: Record<string, { writes?: string[]; flags: Record<string, unknown> }>;
};

type Fixture = {
  args: string[];
  /** Runs before, for real: what the command needs. */
  before?: string[][];
  /** Names of fields that only doing it can tell, or that are of the moment. */
  besides?: string[];
  /** It proposes something else than the same line without --dry-run. */
  hasOwnNext?: true;
  /** What it does is a play of other commands, each of which has a fixture. */
  isPlay?: true;
  /** A file that the command reads. */
  files?: Record<string, string>;
};

const BATCH = [
  { op: 'revenue.pay', asset: 'penguins', amount: '5' },
  { op: 'account.send', to: 'newcomer', amount: '1.5' },
]
  .map((line) => JSON.stringify(line))
  .join('\n');

/** The address of a file with this in it. */
const TEXT = 'some notes\n';
const NOTES = 'bafkreifpsqcazksuv2e2arqasyahmkiyltunc4swwc5a5v3jd32fabcjx4';

/**
 * One for every command that changes something, in an order in which each finds what it needs; each is run with
 * --dry-run, and then for real.
 */
const FIXTURES: Record<string, Fixture> = {
  init: { args: ['fresh', '--with', 'dataset', '--nested'], hasOwnNext: true },
  completion: { args: ['bash', '--install'], hasOwnNext: true },
  doctor: { args: ['--fix'], hasOwnNext: true, besides: ['durationMs'] },
  'ipfs install': {
    args: ['--dir', 'kubo', '--mirror', mirror.url],
    besides: ['sha512'],
    hasOwnNext: true,
  },
  'devnet start': { args: [] },
  new: { args: ['dataset', 'penguins'] },
  'contributors build': { args: ['penguins/contributors.csv', '--out', 'published.csv'] },
  publish: { args: ['penguins'] },
  build: {
    args: ['classifier'],
    before: [['new', 'model', 'classifier', '--from', 'penguins']],
    besides: ['outputs', 'durationMs'],
  },
  'license set': { args: ['penguins', '--preset', 'commercial-remix', '--price', '7'] },
  'license unset': { args: ['penguins', '--terms', '3'] },
  'market buy': { args: ['penguins'] },
  'license renew': {
    args: ['2', '--periods', '2'],
    before: [
      ['license', 'set', 'penguins', '--rights', 'ACCESS', '--period', '30d', '--text', 'LicenseRef-monthly'],
      ['market', 'buy', 'penguins', '--terms', '4'],
    ],
  },
  'license revoke': { args: ['2', '--reason', 'resold'], besides: ['revokedAt'] },
  'license appeal': { args: ['2', '--reason', 'unfounded'] },
  'revenue pay': { args: ['penguins@1', '2.5'] },
  'revenue settle': { args: [] },
  'revenue claim': { args: ['--account', 'labeler'] },
  'account fund': { args: ['newcomer', '12'] },
  'account send': { args: ['newcomer', '0.25', '--account', 'spare'] },
  'account unwrap': { args: ['--all', '--account', 'labeler'] },
  'asset get': { args: ['penguins', '--to', 'fetched'] },
  simulate: { args: ['penguins', '--on-chain'] },
  batch: { args: ['operations.ndjson'], files: { 'operations.ndjson': BATCH }, besides: ['gasUsed'] },
  'content add': { args: ['notes.md'], files: { 'notes.md': TEXT } },
  'content pin': { args: [NOTES, '--name', 'renamed'] },
  'content export': { args: [NOTES, 'notes.car'] },
  'content get': { args: [NOTES, 'notes-again.md'] },
  'content unpin': { args: [NOTES] },
  'content import': { args: ['notes.car'] },
  'content gc': { args: ['--yes'], before: [['content', 'unpin', NOTES]] },
  'devnet time': { args: ['+1d'], besides: ['chain', 'host', 'time', 'from', 'to'] },
  'devnet mine': { args: ['3', '--interval', '12s'] },
  'asset deprecate': { args: ['penguins'] },
  'asset transfer': {
    args: ['penguins', 'dao', '--yes'],
    before: [['revenue', 'pay', 'penguins', '3']],
  },
  'asset revoke': { args: ['penguins', '--reason', 'superseded', '--yes'] },
  'key rotate': { args: ['--account', 'curator'] },
  'key revoke': { args: ['current', '--account', 'curator', '--yes'] },
  'devnet snapshot save': { args: ['saved'] },
  'devnet snapshot export': { args: ['saved', 'saved.snapshot'] },
  'devnet snapshot import': { args: ['saved.snapshot', '--as', 'theirs'] },
  'devnet snapshot restore': {
    args: ['saved'],
    before: [['account', 'send', 'newcomer', '0.5', '--account', 'spare']],
  },
  'devnet snapshot delete': { args: ['theirs'] },
  'devnet stop': { args: [] },
  'devnet reset': { args: ['--yes'] },
  'devnet fork': { args: [network.url], besides: ['fork'], hasOwnNext: true },
  demo: { args: ['--stop'], before: [['devnet', 'reset', '--yes']] },
  tutorial: { args: [], hasOwnNext: true, isPlay: true },
  'account new': { args: ['alice'] },
  'network add': { args: ['staging', '--rpc', network.url] },
  'network deploy': {
    args: ['staging', '--account', 'payer', '--yes'],
    // What is foreseen as missing is deployed, for about as much.
    besides: ['state', 'gas', 'cost'],
  },
  'network use': { args: ['staging'] },
  'network remove': { args: ['staging'], before: [['network', 'use', 'devnet']] },
};

const WRITING = Object.entries(manifest.commands)
  .filter(([, { writes = [] }]) => writes.length > 0)
  .map(([id]) => id.replaceAll(':', ' '));

test('there is a fixture for every command that changes something, and it has --dry-run', () => {
  expect(Object.keys(FIXTURES).sort(), 'a new command that writes needs a fixture here').toEqual(
    WRITING.toSorted(),
  );
  for (const command of WRITING)
    expect(Object.keys(manifest.commands[command.replaceAll(' ', ':')]?.flags ?? {}), command).toContain(
      'dry-run',
    );
});

describe('in its turn', () => {
  test.for(Object.entries(FIXTURES))(
    '%s --dry-run changes nothing, and foretells what it then does',
    { timeout: 120_000 },
    async ([command, { args, before = [], besides = [], files = {}, hasOwnNext, isPlay }]) => {
      for (const [path, text] of Object.entries(files)) world.write(path, text);
      for (const needed of before) await world.json(needed);
      const line = [...command.split(' '), ...args];
      const earlier = await stateOf(world);
      const dry = await world.envelope([...line, '--dry-run']);
      expect(await stateOf(world)).toEqual(earlier);
      expect(dry, JSON.stringify(dry.error)).toMatchObject({ ok: true, exit: 0, meta: { dryRun: true } });
      if (!hasOwnNext) expect(dry.meta.next?.[0]?.command).toBe(['sahara', ...line, '--json'].join(' '));

      if (isPlay) return;
      const real = await world.envelope(line);
      expect(real, JSON.stringify(real.error)).toMatchObject({ ok: true, exit: 0 });
      expect(real.meta).not.toHaveProperty('dryRun');
      expect(withoutUnknown(real.data, dry.data, besides)).toEqual(
        withoutUnknown(dry.data, dry.data, besides),
      );
      if (command === 'devnet start' || command === 'devnet fork') watchAll(real.data);
    },
  );
});

describe('what would fail fails alike', () => {
  test('with a devnet', { timeout: 120_000 }, async () => {
    await world.startDevnet();
    await world.json(['publish', 'penguins']);
    await world.json(['new', 'model', 'lost', '--from', 'curator/nothing']);
    const lines = [
      ['new', 'dataset', 'penguins'],
      ['new', 'spaceship', 'penguins'],
      ['publish', 'nowhere'],
      ['publish', 'classifier', '--account', 'nobody'],
      ['publish', 'lost'],
      ['build', 'penguins'],
      ['build', 'lost'],
      ['license', 'set', 'penguins', '--preset', 'open-use', '--account', 'buyer'],
      ['license', 'set', 'penguins', '--rights', 'FLY'],
      ['license', 'unset', 'penguins', '--terms', '99'],
      ['license', 'unset', 'penguins', '--terms', '1', '--account', 'buyer'],
      ['market', 'buy', 'penguins', '--terms', '99'],
      ['market', 'buy', 'nothing'],
      ['license', 'renew', '99'],
      ['license', 'revoke', '99', '--reason', 'x'],
      ['license', 'appeal', '99', '--reason', 'x'],
      ['revenue', 'pay', 'penguins', '0'],
      ['revenue', 'pay', 'penguins', '99999999'],
      ['revenue', 'pay', 'penguins@7', '1'],
      ['revenue', 'settle', 'nothing'],
      ['revenue', 'claim', 'nothing'],
      ['revenue', 'claim', '--for', 'nobody'],
      ['account', 'fund', 'nobody', '1'],
      ['account', 'send', `0x${'0'.repeat(40)}`, '1'],
      // All that it has, and nothing left for gas.
      ['account', 'send', 'newcomer', '10000', '--account', 'spare-2'],
      ['account', 'send', 'newcomer', '1', '--wrapped', '--account', 'spare-2'],
      ['account', 'unwrap', '3', '--account', 'spare-2'],
      ['asset', 'get', 'penguins', '--to', 'penguins'],
      ['asset', 'get', 'nothing'],
      ['asset', 'transfer', 'penguins', `0x${'0'.repeat(40)}`],
      ['asset', 'transfer', 'penguins', 'nobody'],
      ['asset', 'transfer', 'penguins', 'dao', '--account', 'buyer'],
      ['asset', 'deprecate', 'penguins', '--account', 'buyer'],
      ['asset', 'revoke', 'penguins', '--reason', 'x', '--account', 'buyer'],
      ['asset', 'revoke', 'penguins', '--reason', ' '],
      ['key', 'revoke', 'deadbeef'],
      ['content', 'add', 'nowhere'],
      ['content', 'get', NOTES, 'penguins'],
      ['content', 'export', NOTES, 'penguins'],
      ['content', 'import', 'penguins/sahara.yaml'],
      ['content', 'pin', NOTES],
      ['content', 'unpin', 'bafynonsense'],
      ['simulate', 'nothing', '--on-chain'],
      ['demo', '--dir', 'penguins'],
    ];
    await expectAlike(atModestDepth(lines, 5));
  });

  test('without one', { timeout: 60_000 }, async () => {
    await world.stopDevnet();
    await expectAlike([
      ['revenue', 'pay', 'penguins', '1'],
      ['publish', 'penguins'],
      ['devnet', 'start', '--content-node', 'kubo'],
    ]);
    // With all that would lead to it as well.
    rmSync(join(world.project, '.sahara/devnet'), { recursive: true });
    const state = world.write('.sahara/devnet/default/chain-state.json', '{"cut":');
    await expectAlike([['devnet', 'start']]);
    rmSync(state);
  });
});

/** Side by side, as none of them changes anything. */
async function expectAlike(lines: readonly string[][]): Promise<void> {
  const earlier = await stateOf(world);
  const dry = await inTurns(lines, (line) => world.envelope([...line, '--dry-run']));
  expect(await stateOf(world)).toEqual(earlier);
  const real = await inTurns(lines, (line) => world.envelope(line));
  for (const [i, line] of lines.entries()) {
    expect(dry[i]?.error, line.join(' ')).toBeDefined();
    expect({ ...dry[i]?.error, exit: dry[i]?.exit }, line.join(' ')).toMatchObject({
      code: real[i]?.error?.code,
      message: real[i]?.error?.message,
      exit: real[i]?.exit,
    });
  }
}

/** A few at a time. */
async function inTurns<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (let i = 0; i < items.length; i += 4)
    results.push(...(await Promise.all(items.slice(i, i + 4).map(work))));
  return results;
}

/** The data without what the dry run left open (null), and without the named fields. */
function withoutUnknown(data: unknown, dry: unknown, besides: readonly string[]): unknown {
  if (dry === null) return null;
  if (Array.isArray(data) && Array.isArray(dry))
    return data.map((item, i) => withoutUnknown(item, dry[i], besides));
  // Memory and disks have a little more or less from one moment to the next.
  if (typeof data === 'string') return data.replace(/[\d.]+ (?=[kMGT]B)/g, '');
  if (typeof data !== 'object' || data === null || typeof dry !== 'object') return data;
  return Object.fromEntries(
    Object.entries(data)
      .filter(([key]) => !besides.includes(key))
      .map(([key, value]) => [key, withoutUnknown(value, (dry as Record<string, unknown>)[key], besides)]),
  );
}

function watchAll(data: unknown): void {
  const { supervisor, chain, content } = data as {
    supervisor: { pid: number };
    chain: { process: { pid: number } };
    content: { process: { pid: number } };
  };
  for (const pid of [supervisor.pid, chain.process.pid, content.process.pid]) world.watch(pid);
}
