import { beforeAll, describe, expect, test } from 'vitest';
import { FREE, smallDataset } from './scripted.ts';
import { createWorld } from './support.ts';

const world = await createWorld('lineage');

type Version = { label: string; side: string; depth: number; stays: string | null; passes: string | null };
type Lineage = {
  versions: Version[];
  relations: { child: string; parent: string; type: string; royaltyBps: number; absolute: boolean }[];
  hidden: number;
  diagram: string | null;
};

const ROYALTY = (percent: number) =>
  `terms:\n  - {rights: [ACCESS, TRAIN, DERIVE, AGENT_USE], royalty: ${percent}%, text: MIT}\n`;
const on = (...relations: [string, string][]) =>
  `relations: [${relations.map(([type, asset]) => `{type: ${type}, asset: ${asset}}`).join(', ')}]\n`;

/** root <- left, right <- top: a diamond; and `top` is evaluated on the root as well. */
beforeAll(async () => {
  await world.startDevnet();
  smallDataset(world, 'root', {}, ROYALTY(10));
  smallDataset(world, 'left', {}, `${on(['DERIVED_FROM', 'curator/root'])}${ROYALTY(5)}`);
  smallDataset(world, 'right', {}, `${on(['DERIVED_FROM', 'curator/root'])}${ROYALTY(20)}`);
  smallDataset(
    world,
    'top',
    {},
    `${on(['DERIVED_FROM', 'trainer/left'], ['TRAINED_ON', 'trainer/right'], ['EVALUATED_ON', 'curator/root'])}${FREE}`,
  );
  await world.json(['publish', 'root']);
  for (const name of ['left', 'right']) await world.json(['publish', name, '--account', 'trainer']);
  await world.json(['publish', 'top', '--account', 'operator']);
}, 60_000);

const lineage = (...args: string[]) => world.json<Lineage>(['asset', 'lineage', ...args]);
const percents = (versions: Version[], field: 'stays' | 'passes') =>
  Object.fromEntries(versions.map((v) => [v.label, Number(BigInt(v[field] ?? 0n) / 10n ** 12n) / 10_000]));

describe('asset lineage', () => {
  test('says what each version keeps of a payment, over all paths', async () => {
    const { versions, relations } = await lineage('top');
    // 10 % to the root directly, and 10 % of the 5 % and 20 % of the two between.
    expect(percents(versions, 'stays')).toEqual({
      'top@1': 65,
      'left@1': 4.5,
      'right@1': 18,
      'root@1': 12.5,
    });
    expect(versions.map((v) => v.depth)).toEqual([0, 1, 1, 1]);
    expect(relations).toHaveLength(5);
  });

  test('is what the vault then does', async () => {
    await world.json(['revenue', 'pay', 'top', '100', '--account', 'buyer']);
    await world.json(['revenue', 'settle']);
    const { versions } = await lineage('top');
    const { books } = await world.json<{
      books: { asset: string; settledUnits: string; ownerUnit: number }[];
    }>(['revenue', 'show']);
    const kept = books.map((b) => [`${b.asset}@1`, BigInt(b.settledUnits) * BigInt(b.ownerUnit)] as const);
    const all = kept.reduce((sum, [, amount]) => sum + amount, 0n);
    const paid = Object.fromEntries(kept.map(([label, amount]) => [label, (amount * 10n ** 18n) / all]));
    for (const v of versions) {
      const apart = BigInt(v.stays ?? 0n) - (paid[v.label] ?? 0n);
      expect(apart < 100_000n && apart > -100_000n, v.label).toBe(true);
    }
  });

  test('finds what rests on a version, and what of each payment for that comes back to it', async () => {
    const { versions } = await lineage('root', '--down');
    expect(percents(versions, 'passes')).toEqual({
      'root@1': 100,
      'left@1': 10,
      'right@1': 10,
      'top@1': 12.5,
    });
    expect((await lineage('top', '--down')).versions.map((v) => v.label)).toEqual(['top@1']);
    const { versions: both } = await lineage('left', '--both');
    expect(Object.fromEntries(both.map((v) => [v.label, v.side]))).toEqual({
      'left@1': 'self',
      'root@1': 'up',
      'top@1': 'down',
    });
  });

  test('shows no more than --depth asks for, with the shares of the whole', async () => {
    const { versions, hidden } = await lineage('top', '--depth', '0');
    expect(versions.map((v) => v.label)).toEqual(['top@1']);
    expect(hidden).toBe(3);
    expect(percents(versions, 'stays')).toEqual({ 'top@1': 65 });
  });

  test('draws a version once, and marks it where it is met again', async () => {
    const text = await world.text(['asset', 'lineage', 'top']);
    expect(text.split('\n').filter((l) => l.includes('root@1'))).toEqual([
      expect.stringContaining('root@1 (dataset)  keeps 12.5%'),
      expect.stringMatching(/root@1 \(dataset\) \(drawn above\)$/),
      expect.stringMatching(/root@1 \(dataset\) \(drawn above\)$/),
    ]);
  });

  test.each([
    ['dot', /^digraph lineage \{\n(?: {2}[^\n]+;\n)+\}\n$/],
    ['mermaid', /^flowchart BT\n(?: {2}v\d+[^\n]+\n)+ {2}style v\d+ stroke-width:3px\n$/],
  ])('prints a diagram and nothing else with --format %s', async (format, form) => {
    const line = ['asset', 'lineage', 'top', '--format', format];
    const text = await world.text(line);
    expect(text).toMatch(form);
    expect((await world.json<Lineage>(line)).diagram).toBe(text.trimEnd());
  });

  test('prints the graph as plain JSON with --format json', async () => {
    const text = await world.text(['asset', 'lineage', 'top', '--format', 'json']);
    expect(JSON.parse(text)).toEqual(await lineage('top', '--format', 'json'));
  });

  test('refuses two directions at once', async () => {
    await world.refused(['asset', 'lineage', 'top', '--up', '--down'], { code: 'SAH-0002', exit: 2 });
  });
});
