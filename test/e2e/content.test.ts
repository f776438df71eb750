import { spawnSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import {
  closeSync,
  existsSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildDag } from '../../src/content/index.ts';
import { type RunningNode, startNode } from '../../src/content/testing/node.ts';
import { testAtDepth } from '../depth.ts';
import { openProxy } from './proxy.ts';
import { smallDataset } from './scripted.ts';
import { runAsWritten } from './shell.ts';
import { BIN, createWorld, type Live } from './support.ts';

const world = await createWorld('content');
const bare = await createWorld('content-bare');
let live: Live;
let other: RunningNode;
let cid: string;

const BIG = randomBytes(1_500_000);
/** A store of another kind: a CAR for each address, in a folder. */
const SHELF = `import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
export const openRemote = ({ project }) => ({
  has: async (cid) => existsSync(project + '/shelf-' + cid),
  put: async ({ root, car, carSize }) => {
    await writeFile(project + '/shelf-' + root, car());
    return { sentBytes: carSize };
  },
});
`;

const at = (...path: string[]) => join(world.project, ...path);
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

beforeAll(async () => {
  live = await world.startDevnet();
  other = await startNode(join(world.dir, 'other'));
  world.write('sahara.config.yaml', `remotes: {other: {api: "${other.api}"}, shelf: {kind: ./shelf.mjs}}\n`);
  world.write('shelf.mjs', SHELF);
  world.write('letters/a.txt', 'hello\n');
  world.write('letters/sub/ünïcode name.txt', 'there\n');
  world.write('letters/.hidden', 'x');
  writeFileSync(at('letters/sub/big.bin'), BIG);
  mkdirSync(at('letters/empty'));
});
afterAll(() => other.stop());

/** What a node has, by no code of ours. */
async function ask(api: string, endpoint: string): Promise<string> {
  return (await fetch(`${api}/api/v0/${endpoint}`, { method: 'POST' })).text();
}
const blocksOf = async (api: string) =>
  (await ask(api, 'refs/local')).trim().split('\n').filter(Boolean).toSorted();
const pinsOf = async (api: string) =>
  Object.keys((JSON.parse(await ask(api, 'pin/ls?type=recursive')) as { Keys: object }).Keys);

/** stdout as the bytes that it is. */
function bytesOf(args: string[], stdout: 'pipe' | 'ignore' = 'pipe') {
  return spawnSync(process.execPath, [BIN, ...args], {
    cwd: world.project,
    env: world.env,
    stdio: ['ignore', stdout, 'pipe'],
    maxBuffer: 1 << 26,
  });
}

test('an address is worked out where no devnet is, and is the one that everybody gets', async () => {
  const file = bare.write('one.txt', 'some notes\n');
  const known = 'bafkreifpsqcazksuv2e2arqasyahmkiyltunc4swwc5a5v3jd32fabcjx4';
  expect(await bare.json(['content', 'hash', 'one.txt'])).toMatchObject({
    cid: known,
    kind: 'file',
    blocks: 1,
  });
  const data = await world.json<{ cid: string; list: { path: string; sha256: string; cid: string }[] }>([
    ...['content', 'hash', 'letters', '--files'],
  ]);
  cid = data.cid;
  const dag = await buildDag([
    { path: 'a.txt', file: at('letters/a.txt') },
    { path: 'sub/ünïcode name.txt', file: at('letters/sub/ünïcode name.txt') },
    { path: 'sub/big.bin', file: at('letters/sub/big.bin') },
    { path: 'empty', emptyFolder: true },
  ]);
  expect(data).toMatchObject({
    cid: dag.root,
    kind: 'folder',
    files: 3,
    size: BIG.length + 12,
    blocks: dag.blockCount,
    hidden: ['.hidden'],
  });
  expect(data.list.find((f) => f.path === 'sub/big.bin')?.sha256).toBe(sha256(BIG));
  expect(data.list.find((f) => f.path === 'a.txt')?.sha256).toBe(sha256(Buffer.from('hello\n')));
  expect(await world.text(['content', 'hash', 'letters'])).toMatch(/left out +1 hidden: \.hidden/);
  expect(await bare.text(['content', 'hash', file, '--fields', 'cid'])).toBe(`${known}\n`);
  expect(await pinsOf(live.content.api)).toEqual([]);
});

test('without a content node each says how to start one', async () => {
  for (const line of [['add', '.'], ['ls'], ['gc'], ['stat'], ['unpin', cid]]) {
    const error = await bare.envelope(['content', ...line]);
    expect(error, line.join(' ')).toMatchObject({ exit: 6, error: { code: 'SAH-2001' } });
    expect(error.error?.next).toContainEqual(expect.objectContaining({ command: 'sahara devnet start' }));
  }
});

test('a content node alone is enough: no chain is asked', async () => {
  const env = { SAHARA_IPFS_API: other.api };
  expect(await bare.json(['content', 'stat'], { env })).toMatchObject({
    node: { kind: 'embedded', api: other.api, gateway: null, pins: 0 },
    content: null,
  });
});

describe('what is added', () => {
  test('is there, and a second time nothing is sent', async () => {
    const plan = await world.json<{ sentBytes: number }>(['content', 'add', 'letters', '--dry-run']);
    expect(await pinsOf(live.content.api)).toEqual([]);
    const first = await world.json<{ url: string; sentBytes: number }>(['content', 'add', 'letters']);
    expect(plan).toEqual(first);
    expect(first).toMatchObject({ cid, name: 'letters', changed: true, hidden: ['.hidden'] });
    expect(first.sentBytes).toBeGreaterThan(BIG.length);
    expect(await world.json(['content', 'add', 'letters'])).toMatchObject({ changed: false, sentBytes: 0 });
    expect(await world.text(['content', 'add', 'letters'])).toContain('nothing was sent');
    expect(await pinsOf(live.content.api)).toEqual([cid]);
    const page = await (await fetch(first.url)).text();
    expect(page).toContain('a.txt');
    expect(await world.text(['content', 'ls', '--fields', 'name,cid,kind'])).toBe(
      `letters\t${cid}\tfolder\n`,
    );
    // Another name for it is a change, and nothing is sent for it.
    const renamed = ['content', 'add', 'letters', '--name', 'post'];
    expect(await world.json(renamed)).toMatchObject({ name: 'post', changed: true, sentBytes: 0 });
  });

  test('is listed and read', async () => {
    const top = await world.json<{ name: string; kind: string; size: number | null }[]>([
      'content',
      'ls',
      cid,
    ]);
    expect(top.map(({ name, kind, size }) => [name, kind, size])).toEqual([
      ['a.txt', 'file', 6],
      ['empty', 'folder', null],
      ['sub', 'folder', null],
    ]);
    expect(await world.json(['content', 'ls', `/ipfs/${cid}/sub/`])).toHaveLength(2);
    expect(await world.json(['content', 'ls', `${cid}/a.txt`])).toMatchObject([
      { name: 'a.txt', kind: 'file' },
    ]);
    expect(await world.text(['content', 'ls', `${cid}/empty`])).toContain('empty');
    expect(bytesOf(['content', 'cat', `ipfs://${cid}/sub/big.bin`]).stdout.equals(BIG)).toBe(true);
    expect(await world.text(['content', 'cat', `${cid}/sub/ünïcode name.txt`])).toBe('there\n');
    expect(await world.json(['content', 'cat', `${cid}/a.txt`])).toMatchObject({
      path: 'a.txt',
      size: 6,
      sha256: sha256(Buffer.from('hello\n')),
      text: 'hello\n',
    });
    expect(await world.json(['content', 'cat', `${cid}/sub/big.bin`])).toMatchObject({
      sha256: sha256(BIG),
      text: null,
    });
  });

  test('whoever reads only the beginning ends it without a word', async () => {
    const { stdout, stderr } = await runAsWritten(
      world,
      `sahara content cat ${cid}/sub/big.bin | head -c 10 | wc -c`,
    );
    expect({ stdout: stdout.trim(), stderr }).toEqual({ stdout: '10', stderr: '' });
    const closed = await runAsWritten(
      world,
      `sahara content cat ${cid}/a.txt >&-; sahara content export ${cid} - >&-`,
    );
    expect(closed.stderr).not.toMatch(/SAH-0001|at .*\.js/);
  });

  test('is fetched: all or nothing, and never over something else', async () => {
    const got = await world.json(['content', 'get', cid, 'copy']);
    expect(got).toMatchObject({ cid, kind: 'folder', files: 3, size: BIG.length + 12, path: at('copy') });
    expect(readFileSync(at('copy/sub/big.bin')).equals(BIG)).toBe(true);
    expect(existsSync(at('copy/empty'))).toBe(true);
    await world.json(['content', 'get', `${cid}/sub/big.bin`]);
    expect(readFileSync(at('big.bin')).equals(BIG)).toBe(true);
    await world.refused(['content', 'get', cid, 'copy'], { code: 'SAH-4030', exit: 5 });
    await world.refused(['content', 'get', `${cid}/a.txt`, 'big.bin'], { code: 'SAH-4030', exit: 5 });
    await world.refused(['content', 'get', cid, '/proc/nowhere'], { code: 'SAH-4031', exit: 1 });
    expect(readdirSync(world.project).filter((f) => f.includes('.part'))).toEqual([]);
  });

  test('has a size, and something that keeps it', async () => {
    const of = (address: string) =>
      world.json<{ content: Record<string, unknown>; node: object }>(['content', 'stat', address]);
    const whole = await of(cid);
    expect(whole.content).toMatchObject({
      kind: 'folder',
      size: null,
      pin: { type: 'recursive', name: 'post' },
    });
    expect(whole.node).toMatchObject({ kind: 'embedded', pins: 1, blocks: whole.content['blocks'] });
    expect((await of(`${cid}/sub/big.bin`)).content).toMatchObject({
      kind: 'file',
      blocks: 3,
      size: BIG.length,
      pin: { type: 'indirect', through: cid },
    });
  });
});

describe('an archive', () => {
  test('is the same from our command and the node itself, in a file and in a pipe', async () => {
    const data = await world.json<{ sha256: string; size: number }>([
      'content',
      'export',
      cid,
      'letters.car',
    ]);
    const car = readFileSync(at('letters.car'));
    expect(data).toMatchObject({ cid, size: car.length, sha256: sha256(car) });
    const answer = await fetch(`${live.content.api}/api/v0/dag/export?arg=${cid}`, { method: 'POST' });
    expect(sha256(Buffer.from(await answer.arrayBuffer()))).toBe(data.sha256);
    expect(sha256(bytesOf(['content', 'export', cid, '-']).stdout)).toBe(data.sha256);
    await world.refused(['content', 'export', cid, 'letters.car'], { code: 'SAH-4030', exit: 5 });
    await world.json(['content', 'export', `${cid}/sub`, 'letters.car', '--force']);
    expect(readFileSync(at('letters.car')).length).not.toBe(car.length);
    await world.json(['content', 'export', cid, 'letters.car', '--force']);
    expect(readFileSync(at('letters.car')).equals(car)).toBe(true);
    await world.refused(['content', 'export', cid, 'letters', '--force'], { code: 'SAH-4031', exit: 1 });
    expect((await world.envelope(['content', 'export', cid, '-'])).error?.code).toBe('SAH-0002');
  });

  test('goes into another node, which then has the same', async () => {
    const line = ['content', 'import', 'letters.car', '--remote', 'other'];
    const plan = await world.json([...line, '--dry-run']);
    const sent = await world.json(line);
    expect(plan).toEqual(sent);
    expect(sent).toMatchObject({ roots: [{ cid, pinned: true }] });
    expect(await world.json(line)).toMatchObject({ roots: [{ cid, pinned: true, sentBytes: 0 }] });
    expect(await world.json(['content', 'ls', '--remote', 'other'])).toMatchObject([
      { name: 'letters', cid },
    ]);
    expect(await blocksOf(other.api)).toEqual(await blocksOf(live.content.api));
    expect(bytesOf(['content', 'cat', `${cid}/sub/big.bin`, '--remote', 'other']).stdout.equals(BIG)).toBe(
      true,
    );
    await world.refused(['content', 'ls', '--remote', 'othr'], { code: 'SAH-4055', exit: 3, says: /othr/ });
  });

  test('with anything wrong in it sends nothing', async () => {
    const car = readFileSync(at('letters.car'));
    const before = await blocksOf(live.content.api);
    const lying = Buffer.from(car);
    lying[lying.length - 1] = (lying.at(-1) ?? 0) ^ 1;
    const wrong: Record<string, [Uint8Array, RegExp]> = {
      'half.car': [car.subarray(0, car.length / 2), /it ends in the middle/],
      'lying.car': [lying, /not what its address/],
      'none.car': [Buffer.from('kind: dataset\n'), /header|length|middle/],
    };
    for (const [name, [bytes, says]] of Object.entries(wrong)) {
      writeFileSync(at(name), bytes);
      await world.refused(['content', 'import', name], { code: 'SAH-4041', exit: 7, says });
    }
    await world.refused(['content', 'import', 'nowhere.car'], {
      code: 'SAH-4063',
      exit: 3,
      says: /nowhere\.car/,
    });
    expect(await blocksOf(live.content.api)).toEqual(before);
  });
});

test('a remote of another kind takes content, and says of the rest that it cannot', async () => {
  const added = ['content', 'add', 'letters/a.txt', '--remote', 'shelf'];
  expect(await world.json([...added, '--dry-run'])).toMatchObject({ changed: true, sentBytes: null });
  const { cid: note } = await world.json<{ cid: string }>(added);
  expect(existsSync(at(`shelf-${note}`))).toBe(true);
  expect(await world.json(added)).toMatchObject({ cid: note, changed: false, sentBytes: 0 });
  expect(await world.json(['content', 'import', 'letters.car', '--remote', 'shelf'])).toMatchObject({
    roots: [{ cid, pinned: true }],
  });
  await world.refused(['content', 'ls', '--remote', 'shelf'], {
    code: 'SAH-4003',
    exit: 1,
    says: /no Kubo RPC/,
  });
});

test('Tab offers the addresses of what is pinned', async () => {
  const { stdout } = await world.run(['complete', '--', 'content', 'cat', 'baf']);
  expect(stdout).toContain(`${cid}\tpost\n`);
  expect((await bare.run(['complete', '--', 'content', 'cat', 'baf'])).stdout).not.toContain('baf');
});

test('where there is no chain to ask, unpinning says so', async () => {
  const env = { SAHARA_IPFS_API: other.api };
  const { cid: note } = await bare.json<{ cid: string }>(['content', 'add', 'one.txt'], { env });
  const answer = await bare.envelope(['content', 'unpin', note], { env });
  expect(answer).toMatchObject({
    ok: true,
    data: { changed: true },
    warnings: [expect.stringContaining('no chain to ask')],
  });
});

test('an upload that was killed goes on where it was, by the same line', async () => {
  // Large enough for two CARs; the chunks differ by their beginnings, and the rest is a hole that costs nothing.
  const mib = 1024 * 1024;
  const file = openSync(join(bare.project, 'large.bin'), 'w');
  for (let i = 0; i < 80; i++) writeSync(file, `chunk ${i}`, i * mib);
  ftruncateSync(file, 80 * mib);
  closeSync(file);
  let imports = 0;
  const door = await openProxy(other.api, async ({ endpoint, at: point }) => {
    if (endpoint !== 'dag/import' || point !== 'begin' || ++imports !== 2) return undefined;
    killed.child.kill('SIGKILL');
    await killed.result;
    return undefined;
  });
  const env = { SAHARA_IPFS_API: door.url };
  const killed = bare.start(['content', 'add', 'large.bin', '--json'], { env });
  expect(await killed.result).toMatchObject({ signal: 'SIGKILL', stdout: '' });
  const pinned = await pinsOf(other.api);
  const again = await bare.json<{ cid: string; sentBytes: number }>(['content', 'add', 'large.bin'], { env });
  expect(pinned).not.toContain(again.cid);
  // What was acknowledged is not sent again.
  expect(again.sentBytes).toBeGreaterThan(0);
  expect(again.sentBytes).toBeLessThan(20 * mib);
  expect(await pinsOf(other.api)).toContain(again.cid);
  door.close();
  const digest = createHash('sha256')
    .update(readFileSync(join(bare.project, 'large.bin')))
    .digest('hex');
  const cat = ['content', 'cat', again.cid, '--fields', 'sha256'];
  expect(await bare.text(cat, { env: { SAHARA_IPFS_API: other.api } })).toBe(`${digest}\n`);
});

describe('what no pin keeps', () => {
  let release: string;

  test('goes with gc, which asks first, and takes nothing else', async () => {
    world.write('kept.txt', 'kept');
    world.write('loose/a.txt', 'loose');
    const { cid: kept } = await world.json<{ cid: string }>(['content', 'add', 'kept.txt']);
    const { cid: loose } = await world.json<{ cid: string }>(['content', 'add', 'loose']);
    expect(await world.json(['content', 'gc', '--dry-run'])).toEqual({ blocks: 0, bytes: 0, changed: false });
    expect(await world.text(['content', 'gc', '--yes'])).toContain('nothing to remove');
    // What would do nothing is not proposed to be done for real.
    for (const line of [['gc'], ['pin', loose], ['add', 'loose']]) {
      const { meta } = await world.envelope(['content', ...line, '--dry-run']);
      expect(meta.dryRun).toBe(true);
      expect(meta.next?.map((step) => step.command)).not.toContain(`sahara content ${line.join(' ')} --json`);
    }

    expect(await world.json(['content', 'unpin', loose])).toEqual({
      cid: loose,
      name: 'loose',
      changed: true,
    });
    expect(await world.json(['content', 'unpin', loose])).toMatchObject({ changed: false });
    expect((await world.json<{ content: object }>(['content', 'stat', loose])).content).toMatchObject({
      pin: { type: null },
    });
    expect(await world.json(['content', 'pin', loose, '--name', 'again'])).toMatchObject({ changed: true });
    expect(await world.json(['content', 'pin', loose])).toEqual({
      cid: loose,
      name: 'again',
      changed: false,
    });
    await world.json(['content', 'unpin', loose]);

    await world.refused(['content', 'gc'], { code: 'SAH-0007', exit: 2 });
    const plan = await world.json<{ blocks: number; bytes: number }>(['content', 'gc', '--dry-run']);
    expect(plan.blocks).toBe(2);
    expect(await world.json(['content', 'gc', '--yes'])).toEqual({ ...plan, changed: true });
    await world.refused(['content', 'pin', loose], { code: 'SAH-4004', exit: 3 });
    await world.refused(['content', 'get', loose, 'gone'], { code: 'SAH-4004', exit: 3 });
    expect(existsSync(at('gone'))).toBe(false);
    expect(await world.text(['content', 'cat', kept])).toBe('kept');
    expect(bytesOf(['content', 'cat', `${cid}/sub/big.bin`]).stdout.equals(BIG)).toBe(true);
  });

  test('a CAR without a pin is taken, and goes again', async () => {
    world.write('brief.txt', 'brief');
    const { cid: brief } = await world.json<{ cid: string }>(['content', 'add', 'brief.txt']);
    await world.json(['content', 'export', brief, 'brief.car']);
    await world.json(['content', 'unpin', brief]);
    await world.json(['content', 'gc', '--yes']);
    const data = await world.json(['content', 'import', 'brief.car', '--no-pin']);
    expect(data).toMatchObject({ roots: [{ cid: brief, pinned: false }] });
    expect(await world.text(['content', 'cat', brief])).toBe('brief');
    expect(await world.json(['content', 'gc', '--yes'])).toMatchObject({ blocks: 1 });
  });

  test('is never what an asset is registered with', async () => {
    smallDataset(world, 'penguins');
    const published = await world.json<{ cid: string; contentCid: string }>(['publish', 'penguins']);
    const { contentCid } = published;
    release = published.cid;
    const error = await world.refused(['content', 'unpin', release], {
      ...{ code: 'SAH-4068', exit: 5, says: /release of curator\/penguins@1/ },
    });
    expect(error.fix).toContain('--force');
    await world.json(['content', 'gc', '--yes']);
    await world.json(['asset', 'verify', 'penguins']);
    // The release keeps its content: a pin of its own more or less is no matter.
    await world.json(['content', 'pin', contentCid]);
    expect(await world.json(['content', 'unpin', contentCid])).toMatchObject({ changed: true });
    await world.json(['content', 'pin', contentCid]);
    await world.json(['content', 'unpin', release, '--force']);
    await world.refused(['content', 'unpin', contentCid], {
      code: 'SAH-4068',
      exit: 5,
      says: /is the content of/,
    });
    const gc = { code: 'SAH-4068', exit: 5, says: /release of curator\/penguins@1/ };
    await world.refused(['content', 'gc', '--yes'], gc);
    expect((await world.envelope(['content', 'gc', '--dry-run'])).error?.code).toBe('SAH-4068');
    await world.json(['content', 'pin', release]);
    await world.json(['content', 'gc', '--yes']);
    await world.json(['asset', 'verify', 'penguins']);
    await world.json(['content', 'unpin', contentCid]);
  });

  testAtDepth('is never what a folder holds that an asset is registered with', async () => {
    await world.json(['content', 'get', release, 'shelf/penguins']);
    const { cid: shelf } = await world.json<{ cid: string }>(['content', 'add', 'shelf']);
    // Both keep it: one of them may go, whichever.
    expect(await world.json(['content', 'unpin', shelf, '--dry-run'])).toMatchObject({ changed: true });
    expect(await world.json(['content', 'unpin', release])).toMatchObject({ changed: true });
    const error = await world.refused(['content', 'unpin', shelf], {
      ...{ code: 'SAH-4068', exit: 5, says: new RegExp(`penguins@1.*only the pin of ${shelf}`) },
    });
    // Of what has no pin nothing can be lost.
    expect(await world.json(['content', 'unpin', release])).toMatchObject({ changed: false });
    const keep = error.next[0]?.command ?? '';
    expect(keep).toBe(`sahara content pin ${release}`);
    await world.json(keep.split(' ').slice(1));
    expect(await world.json(['content', 'unpin', shelf])).toMatchObject({ changed: true });
    await world.json(['content', 'gc', '--yes']);
    await world.json(['asset', 'verify', 'penguins']);
  });
});

describe('what is no address or no path', () => {
  test.for([
    [['cat', 'bafybeig'], 'SAH-4008', 2],
    [['get', '../letters'], 'SAH-4008', 2],
    [['cat', 'CID/../a.txt'], 'SAH-4067', 2],
    [['cat', 'CID/sub'], 'SAH-4009', 2],
    [['cat', 'CID/a.txt/deeper'], 'SAH-4004', 3],
    [['ls', 'CID/none'], 'SAH-4004', 3],
    [['export', 'bafkreifzjut3te7nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e', 'x.car'], 'SAH-4004', 3],
    [['import', 'letters'], 'SAH-4009', 2],
    [['pin', 'CID/sub'], 'SAH-4008', 2],
    [['unpin', 'post'], 'SAH-4008', 2],
    [['add', 'nowhere'], 'SAH-4063', 3],
    [['add', ''], 'SAH-4063', 3],
    [['hash', 'letters/link'], 'SAH-4022', 2],
  ] as const)('content %j', async ([line, code, exit]) => {
    if (line[1] === 'letters/link' && !existsSync(at('letters/link')))
      symlinkSync('/etc/hostname', at('letters/link'));
    const args = ['content', ...line.map((word) => word.replace('CID', cid))];
    await world.refused(args, { code, exit });
    rmSync(at('letters/link'), { force: true });
  });
});
