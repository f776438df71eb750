import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SaharaError } from '../../base/errors.ts';
import type { Block } from '../car.ts';
import { buildDag } from '../dag.ts';
import { carOf, sendCar } from '../testing/blocks.ts';
import { type Fault, type FaultyDoor, openFaultyDoor } from '../testing/faulty-door.ts';
import { type RunningNode, startNode, tempDir } from '../testing/node.ts';
import { type ContentAccess, openContent } from './access.ts';
import { checkCar } from './car-check.ts';
import { type Exported, exportContent } from './car-file.ts';
import { addPath } from './content.ts';
import { contentFacts } from './repo.ts';

const dir = tempDir('car-file');
let node: RunningNode;
let access: ContentAccess;
let cid: string;

beforeAll(async () => {
  node = await startNode(join(dir.path, 'repo'));
  access = openContent({ api: node.api });
  writeFileSync(join(dir.path, 'big.bin'), randomBytes(5_000_000));
  ({ cid } = await addPath(access, join(dir.path, 'big.bin')));
});
afterAll(async () => {
  access.close();
  await node.stop();
  dir.remove();
});

const at = (name: string) => join(dir.path, name);
const drafts = () => readdirSync(dir.path).filter((name) => name.includes('.part'));

/** The node, of which a later block is not what it should be, however it is asked for. */
function lying(): ContentAccess {
  return {
    ...access,
    rpc: {
      ...access.rpc,
      stream: async ({ endpoint: action }) => {
        throw new SaharaError('CONTENT_REJECTED', { api: access.api, action, message: 'no' });
      },
    },
    blocks: (signal) => {
      const get = access.blocks(signal);
      let served = 0;
      return async (block) => {
        if (++served > 3)
          throw new SaharaError('CONTENT_CORRUPT', {
            cid: `${block}`,
            reason: 'its bytes have another hash',
          });
        return await get(block);
      };
    },
  };
}

describe('an export that fails in the middle', () => {
  test('leaves nothing', async () => {
    await expect(exportContent(lying(), cid, at('lie.car'))).rejects.toMatchObject({ id: 'CONTENT_CORRUPT' });
    expect(readdirSync(dir.path)).not.toContain('lie.car');
    expect(drafts()).toEqual([]);
  });

  test('leaves the file that it was to replace', async () => {
    writeFileSync(at('old.car'), 'old');
    await expect(exportContent(lying(), cid, at('old.car'), { force: true })).rejects.toMatchObject({
      id: 'CONTENT_CORRUPT',
    });
    expect(readFileSync(at('old.car'), 'utf8')).toBe('old');
    expect(drafts()).toEqual([]);
  });

  test('or is interrupted, likewise', async () => {
    const controller = new AbortController();
    const progress = { start() {}, done() {}, advance: () => controller.abort(new Error('enough')) };
    await expect(
      exportContent(access, cid, at('cut.car'), { signal: controller.signal, progress }),
    ).rejects.toThrow('enough');
    expect(readdirSync(dir.path)).not.toContain('cut.car');
    expect(drafts()).toEqual([]);
  });
});

describe('all blocks come in one request', () => {
  let door: FaultyDoor;
  let fault: Fault | undefined;
  let many: string;
  let whole: Exported;
  beforeAll(async () => {
    door = await openFaultyDoor(node.api, {
      fault: (endpoint) => (endpoint.startsWith('dag/') ? fault : undefined),
    });
    const dag = await buildDag(
      Array.from({ length: 60 }, (_, i) => ({ path: `${i % 7}/${i}`, bytes: Buffer.from(`file ${i}`) })),
    );
    many = dag.root;
    await access.store.put(dag);
    whole = await exportContent(access, many, at('many.car'));
  });
  afterAll(() => door.close());

  async function through(how: Fault | undefined) {
    fault = how;
    door.calls.length = 0;
    const opened = openContent({ api: door.url, timeoutMs: 300 });
    try {
      const exported = await exportContent(opened, many, at('again.car'), { force: true });
      expect(exported).toEqual({ ...whole, file: at('again.car') });
      expect(readFileSync(at('again.car')).equals(readFileSync(at('many.car')))).toBe(true);
      const facts = await contentFacts(opened, many);
      expect(facts).toMatchObject({ blocks: whole.blocks, kind: 'folder' });
      return { asked: door.calls.filter((call) => call.startsWith('block/')).length, bytes: facts.bytes };
    } finally {
      opened.close();
    }
  }

  test('where the node knows how', async () => {
    // The root alone is looked at, to see what it is.
    expect(await through(undefined)).toMatchObject({ asked: 2 });
  });

  test.each<[string, Fault]>([
    ['does not know how', { status: 404, body: '404 page not found' }],
    ['stops in the middle', { rewrite: (answer) => answer.slice(0, 2000) }],
    ['sends something else', { rewrite: () => 'what you asked for' }],
    ['says nothing', 'hang'],
  ])('and one by one where it %s', async (_, how) => {
    const { bytes } = await through(undefined);
    const { asked, bytes: same } = await through(how);
    expect(asked).toBeGreaterThan(60);
    expect(same).toBe(bytes);
  });

  test('a block that lies in it is asked for again, by itself', async () => {
    const flipped: ContentAccess = {
      ...access,
      rpc: {
        ...access.rpc,
        stream: async (call) => {
          const chunks = await access.rpc.stream(call);
          return (async function* () {
            for await (const chunk of chunks) {
              const last = chunk.length - 1;
              yield Buffer.concat([chunk.subarray(0, last), Buffer.from([(chunk[last] ?? 0) ^ 1])]);
            }
          })();
        },
      },
    };
    expect(await exportContent(flipped, many, at('flipped.car'))).toMatchObject({ sha256: whole.sha256 });
  });

  test('what is missing is named, by both', async () => {
    const [missing, ...rest] = [...(await buildDag([{ path: 'a', bytes: Buffer.from('not sent') }])).files];
    expect(rest).toEqual([]);
    const dag = await buildDag([
      { path: 'a', bytes: Buffer.from('not sent') },
      { path: 'b', bytes: Buffer.from('sent') },
    ]);
    const blocks: Block[] = [];
    for await (const block of dag.blocks()) if (`${block.cid}` !== missing?.cid) blocks.push(block);
    expect(await sendCar(node.api, await carOf(blocks), 'pin-roots=false')).toMatchObject({ status: 200 });
    for (const work of [contentFacts(access, dag.root), exportContent(access, dag.root, at('hole.car'))])
      await expect(work).rejects.toMatchObject({ id: 'CONTENT_NOT_FOUND', params: { cid: missing?.cid } });
    expect(drafts()).toEqual([]);
  });
});

test('of several exports to one file one wins, and it is whole', async () => {
  const results = await Promise.allSettled([1, 2, 3].map(() => exportContent(access, cid, at('race.car'))));
  expect(results.map((r) => r.status).toSorted()).toEqual(['fulfilled', 'rejected', 'rejected']);
  for (const result of results)
    if (result.status === 'rejected')
      expect(result.reason).toMatchObject({ id: 'CONTENT_DESTINATION_EXISTS' });
  expect((await checkCar(at('race.car'))).roots.map(String)).toEqual([cid]);
  expect(drafts()).toEqual([]);
});
