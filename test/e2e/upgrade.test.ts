import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createWorld, type Live, ROOT, rpc } from './support.ts';

/*
 * Devnets as earlier versions left them, in test/fixtures: `state-before-journals` was stopped by a version that had
 * neither journals nor a journal of pins, `state-with-journals` was killed under one that wrote no versions.json.
 */

const world = await createWorld('upgrade');
const dir = join(world.project, '.sahara/devnet/default');

function leave(fixture: string): void {
  rmSync(dir, { recursive: true, force: true });
  mkdirSync(dir, { recursive: true });
  execFileSync('tar', ['-xzf', join(ROOT, 'test/fixtures', `${fixture}.tar.gz`), '-C', dir]);
}

/** Files of a devnet with their digests: of a chain that nobody may touch, or of the content store alone. */
const digests = (which: RegExp) =>
  readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && which.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => `${path} ${createHash('sha256').update(readFileSync(path)).digest('hex')}`)
    .sort();

describe('a devnet of an earlier version', () => {
  test.for([
    [
      'state-before-journals',
      'stopped before there were journals',
      6,
      '0xcb87f4d0c2f32b3480239d18bb8bcb32de9ac54bbe81e4706b923658c67f28ea',
    ],
    [
      'state-with-journals',
      'killed, with blocks that are in its journal alone',
      7,
      '0x92a34d89a5b36341c786a63e1e51683d78b6f7800a6e846d75c831f7e9fbe495',
    ],
  ] as const)('%s, %s, is opened with all that is in it', async ([fixture, , blocks, purchase]) => {
    leave(fixture);
    const { data, warnings } = await world.envelope(['devnet', 'start']);
    expect(warnings).toEqual([]);
    const { chain } = data as Live;
    expect(Number(await rpc(chain.rpcUrl, 'eth_blockNumber'))).toBe(blocks);
    expect(await rpc(chain.rpcUrl, 'eth_getTransactionReceipt', [purchase])).toMatchObject({ status: '0x1' });
    // Its content is there, down to each block, and what it has is licensed as before.
    await world.json(['asset', 'verify', 'tides']);
    expect(JSON.stringify(await world.json(['license', 'list', '--account', 'buyer']))).toContain('tides');
    // It goes on as any other, and says from now on who wrote it.
    await world.json(['revenue', 'pay', 'tides', '1']);
    await world.stopDevnet();
    expect(JSON.parse(readFileSync(join(dir, 'versions.json'), 'utf8'))).toMatchObject({
      format: 1,
      toolkit: expect.stringMatching(/^\d+\.\d+\.\d+/),
      anvil: expect.stringMatching(/^\d+\.\d+\.\d+/),
      genesis: null,
    });
  });
});

describe('a devnet of a later version', () => {
  const ALL = /^(chain-|live|versions|.*pack$|pins)/;
  const marks: [string, RegExp, () => void][] = [
    [
      'by its folder',
      ALL,
      () => writeFileSync(join(dir, 'versions.json'), '{"format": 2, "toolkit": "9.0.0"}'),
    ],
    ['by its record of what runs', ALL, () => writeFileSync(join(dir, 'live.json'), '{"format": 2}')],
    // Its chain is brought back meanwhile, as it can be read.
    [
      'by its content store',
      /pack$|^pins/,
      () => writeFileSync(join(dir, 'content/packs/000002.pack'), 'SPK2....'),
    ],
  ];
  test.for(marks)('known %s, is refused, left as it is, and may be removed', async ([, which, mark]) => {
    leave('state-with-journals');
    mark();
    const before = digests(which);
    const { error } = await world.envelope(['devnet', 'start']);
    expect(error).toMatchObject({ code: 'SAH-2060', next: [{}, { command: 'sahara devnet reset --yes' }] });
    expect(digests(which)).toEqual(before);
    await world.json(['devnet', 'reset', '--yes']);
  });

  test('and a dry run says so, too', async () => {
    leave('state-with-journals');
    marks[0]?.[2]();
    await world.refused(['devnet', 'start', '--dry-run'], { code: 'SAH-2060', exit: 1 });
    rmSync(dir, { recursive: true });
  });
});
