import { beforeAll, describe, expect, test } from 'vitest';
import { smallDataset } from './scripted.ts';
import { createWorld } from './support.ts';

const world = await createWorld('revenue-preview');

type Row = { account: string; role: string; asset: string; version: number; amount: string };
type Preview = {
  asset: string;
  version: number;
  amount: string;
  fee: string;
  earnings: Row[];
  unlisted: string;
  waiting: string;
  undivided: string;
  versions: number;
  ceiling: null;
};

const TERMS = 'terms:\n  - rights: [ACCESS, TRAIN, DERIVE]\n    royalty: 12.5%\n    text: MIT\n';

beforeAll(async () => {
  await world.startDevnet();
  const list = 'account,weight\nlabeler,2\nreviewer,1\n';
  smallDataset(world, 'letters', {}, `${TERMS}contributors: {share: 40%, file: who.csv}\n`);
  world.write('letters/who.csv', list);
  smallDataset(world, 'words', {}, `${TERMS}relations: [{type: DERIVED_FROM, asset: letters}]\n`);
  smallDataset(world, 'tales', {}, 'relations: [{type: DERIVED_FROM, asset: words}]\n');
  await world.json(['publish', 'letters', '--account', 'curator']);
  await world.json(['publish', 'words', '--account', 'trainer']);
  await world.json(['publish', 'tales', '--account', 'operator']);
});

describe('revenue preview', () => {
  test('says before a payment what everybody has earned after it is settled', async () => {
    const preview = await world.json<Preview>(['revenue', 'preview', 'tales', '3.141592653589793238']);
    expect(preview).toMatchObject({ asset: 'tales', version: 1, versions: 3, unlisted: '0', ceiling: null });
    await world.json(['revenue', 'pay', 'tales', '3.141592653589793238']);
    await world.json(['revenue', 'settle']);
    const { earnings } = await world.json<{ earnings: Row[] }>(['revenue', 'show']);
    const byRow = (rows: Row[]) => rows.map((r) => JSON.stringify(r)).sort();
    expect(byRow(preview.earnings)).toEqual(byRow(earnings));
    expect(preview.earnings).toHaveLength(5);
    const parts = [preview.fee, preview.waiting, preview.undivided, ...preview.earnings.map((e) => e.amount)];
    expect(parts.reduce((sum, wei) => sum + BigInt(wei), 0n)).toBe(BigInt(preview.amount));
  });

  test('shows a table, and where the rest is', async () => {
    const stdout = await world.text(['revenue', 'preview', 'words@1', '0.00000000000002']);
    expect(stdout).toMatch(/^Of 0\.00000000000002 SAHARA to words@1, once all is settled:/);
    expect(stdout).toMatch(/trainer +owner +words@1/);
    expect(stdout).toContain('waits for later payments');
  });

  test('sends nothing', async () => {
    const before = await world.json<{ earnings: Row[] }>(['revenue', 'show']);
    await world.json<Preview>(['revenue', 'preview', 'letters', '7']);
    expect(await world.json(['revenue', 'show'])).toEqual(before);
  });

  test('what is owed of direct payments, and how many may come, stands beside the books', async () => {
    const terms =
      'terms:\n  - {rights: [ACCESS, DERIVE], royalty: 7.5%, absolute: true, ceiling: 20, text: MIT}\n';
    smallDataset(world, 'poems', {}, terms);
    smallDataset(world, 'songs', {}, 'relations: [{type: DERIVED_FROM, asset: poems}]\n');
    await world.json(['publish', 'poems', '--account', 'curator']);
    await world.json(['publish', 'songs', '--account', 'trainer']);
    await world.json(['revenue', 'pay', 'songs', '10']);
    const shown = await world.envelope(['revenue', 'show', 'songs']);
    const [book] = (shown.data as { books: Record<string, unknown>[] }).books;
    // 10 SAHARA without the protocol's fee of 2.5 %.
    const direct = `${975n * 10n ** 16n}`;
    expect(book).toMatchObject({
      absoluteBps: 750,
      ceiling: `${20n * 10n ** 18n}`,
      directInflow: direct,
      isWaiting: true,
    });
    expect(shown.meta.next?.[0]?.command).toBe('sahara revenue settle');
    expect(await world.text(['revenue', 'show', 'songs'])).toMatch(/7\.5% .* 9\.75 of 20\n/);
    await world.json(['revenue', 'settle']);
    expect((await world.envelope(['revenue', 'show', 'songs'])).meta.next?.[0]?.command).toMatch(
      /^sahara revenue claim/,
    );
  });
});
