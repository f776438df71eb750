import { request } from 'node:http';
import { CarReader } from '@ipld/car';
import { exporter } from 'ipfs-unixfs-exporter';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { digestOfCid } from '../cid.ts';
import { buildDag, type Dag } from '../dag.ts';
import { contentStore } from '../store.ts';
import { collect } from '../testing/collect.ts';
import { type RunningNode, startNode, tempDir } from '../testing/node.ts';
import { keyStream } from '../testing/vectors.ts';

/* Rows of https://specs.ipfs.tech/http-gateways/trustless-gateway/ and path-gateway/, as facts. */

let temp: ReturnType<typeof tempDir>;
let node: RunningNode;
let dag: Dag;
const big = keyStream('gateway')(3_300_000);
const MISSING = 'bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi';

beforeAll(async () => {
  temp = tempDir('gateway');
  node = await startNode(temp.path);
  dag = await buildDag([
    { path: 'a.txt', bytes: Buffer.from('plain text') },
    { path: 'big.bin', bytes: big },
    { path: 'data.csv', bytes: Buffer.from('a,b\n') },
    { path: 'noending', bytes: Buffer.from([0, 1, 2, 255]) },
    { path: 'README', bytes: Buffer.from('ünï'.repeat(400)) },
    { path: `sub/<img src=x onerror=alert(1)>"'.txt`, bytes: Buffer.from('x') },
    { path: 'sub/100% #1?.txt', bytes: Buffer.from('odd') },
    { path: 'site/index.html', bytes: Buffer.from('<h1>hi</h1>') },
    { path: 'empty', bytes: Buffer.alloc(0) },
    ...Array.from({ length: 5000 }, (_, i) => ({
      path: `many/${String(i).padStart(60, 'n')}`,
      bytes: Buffer.from(String(i)),
    })),
  ]);
  await contentStore({ api: node.api }).put(dag);
});
afterAll(async () => {
  await node.stop();
  temp.remove();
});

type Answer = { status: number; body: Buffer; headers: Record<string, string | undefined> };
function get(path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const req = request(`${node.gateway}${path}`, { method, headers });
    req.on('error', reject);
    req.on('response', async (res) => {
      const body = Buffer.concat(await collect(res as AsyncIterable<Buffer>));
      resolve({ status: res.statusCode ?? 0, body, headers: res.headers as Record<string, string> });
    });
    req.end();
  });
}

const cidsOf = async (car: Buffer) => {
  const reader = await CarReader.fromBytes(car);
  return (await collect(reader.cids())).map(String);
};
const fileCid = (path: string) => dag.files.find((f) => f.path === path)?.cid as string;

describe('trustless gateway', () => {
  it.each([
    ['?format=raw', {}],
    ['', { accept: 'application/vnd.ipld.raw' }],
    ['', { accept: 'text/html, application/vnd.ipld.raw;q=0.9' }],
  ])('gives raw blocks with %j %j', async (query, headers) => {
    const answer = await get(`/ipfs/${dag.root}${query}`, headers as never);
    expect(answer.status).toBe(200);
    expect(answer.headers).toMatchObject({
      'content-type': 'application/vnd.ipld.raw',
      'x-content-type-options': 'nosniff',
      'cache-control': expect.stringContaining('immutable'),
      etag: `"${dag.root}.raw"`,
      'content-disposition': `attachment; filename="${dag.root}.bin"`,
    });
    const digest = await crypto.subtle.digest('SHA-256', new Uint8Array(answer.body));
    expect(`0x${Buffer.from(digest).toString('hex')}`).toBe(digestOfCid(dag.root));
  });

  it('answers the probe for an empty identity block', async () => {
    const answer = await get('/ipfs/bafkqaaa?format=raw');
    expect([answer.status, answer.body.length]).toEqual([200, 0]);
    expect((await get('/ipfs/bafkqaaa?format=raw', {}, 'HEAD')).status).toBe(200);
  });

  it('gives the same heads without bodies', async () => {
    for (const query of ['?format=raw', '?format=car', '/a.txt', '/sub/', '/big.bin']) {
      const full = await get(`/ipfs/${dag.root}${query}`);
      const head = await get(`/ipfs/${dag.root}${query}`, {}, 'HEAD');
      expect(head.status).toBe(200);
      expect(head.body.length).toBe(0);
      for (const name of ['etag', 'content-type', 'cache-control'])
        expect(head.headers[name]).toBe(full.headers[name]);
    }
  });

  it('says 304 to whoever has it', async () => {
    for (const query of ['?format=raw', '?format=car', '/a.txt', '/sub/']) {
      const { headers } = await get(`/ipfs/${dag.root}${query}`);
      const again = await get(`/ipfs/${dag.root}${query}`, {
        'if-none-match': `"other", ${headers['etag']}`,
      });
      expect([again.status, again.body.length]).toEqual([304, 0]);
    }
  });

  it('tells absent (404), only-if-cached (412), malformed (400) and not allowed (405) apart', async () => {
    const cached = { 'cache-control': 'only-if-cached' };
    for (const query of ['', '?format=raw', '?format=car']) {
      expect((await get(`/ipfs/${MISSING}${query}`)).status).toBe(404);
      expect((await get(`/ipfs/${MISSING}${query}`, cached)).status).toBe(412);
      expect((await get(`/ipfs/${dag.root}/nope${query}`)).status).toBe(404);
    }
    expect((await get(`/ipfs/${dag.root}?format=raw`, cached)).status).toBe(200);
    expect((await get('/ipfs/nonsense')).status).toBe(400);
    expect((await get(`/ipfs/${dag.root}/%ff`)).status).toBe(400);
    expect((await get(`/ipfs/${dag.root}?format=tar`)).status).toBe(400);
    expect((await get(`/ipfs/${dag.root}`, {}, 'POST')).status).toBe(405);
    expect((await get('/')).status).toBe(404);
    expect((await get('/api/v0/version')).status).toBe(404);
    expect((await get(`/ipfs/${dag.root}?format=raw`, { host: 'evil.example' })).status).toBe(403);
  });

  it('gives CARs: all, entity, block, and the proof of the path', async () => {
    const all = await get(`/ipfs/${dag.root}?format=car`);
    expect(all.headers['content-type']).toBe('application/vnd.ipld.car; version=1; order=dfs; dups=n');
    const cids = await cidsOf(all.body);
    expect(cids.length).toBe(dag.blockCount);
    expect(cids[0]).toBe(dag.root);

    const one = await cidsOf((await get(`/ipfs/${dag.root}/a.txt?format=car&dag-scope=block`)).body);
    expect(one).toEqual([dag.root, fileCid('a.txt')]);
    const entity = await cidsOf((await get(`/ipfs/${dag.root}/big.bin?format=car&dag-scope=entity`)).body);
    expect(entity.length).toBe(2 + 4);
    expect(entity.slice(0, 2)).toEqual([dag.root, fileCid('big.bin')]);
    const folder = await cidsOf((await get(`/ipfs/${dag.root}/sub?format=car&dag-scope=entity`)).body);
    expect(folder).toEqual([dag.root, dag.folders.get('sub')]);

    for (const query of [
      'dag-scope=odd',
      'entity-bytes=x',
      'car-version=2',
      'car-order=weird',
      'car-dups=2',
    ]) {
      expect((await get(`/ipfs/${dag.root}?format=car&${query}`)).status).toBe(400);
    }
    const accept = 'application/vnd.ipld.car; version=1; order=dfs; dups=y';
    expect((await get(`/ipfs/${dag.root}`, { accept })).headers['content-type']).toContain('dups=y');
  });

  it.each([
    ['0:10', 1],
    ['0:*', 4],
    ['1048576:1048576', 1],
    ['1048575:1048576', 2],
    ['-10:*', 1],
    ['-10:-1', 1],
    ['99999999:*', 0],
  ])('gives the blocks for entity-bytes=%s', async (range, leaves) => {
    const car = await get(`/ipfs/${fileCid('big.bin')}?format=car&entity-bytes=${range}`);
    expect((await cidsOf(car.body)).length).toBe(1 + leaves);
  });

  it('proves a path through a sharded folder: the CAR alone is enough', async () => {
    const name = '4321'.padStart(60, 'n');
    const car = await get(`/ipfs/${dag.root}/many/${name}?format=car&dag-scope=entity`);
    const reader = await CarReader.fromBytes(car.body);
    const blocks = {
      get: async function* (cid: never) {
        yield (await reader.get(cid))?.bytes as Uint8Array;
      },
    };
    const file = await exporter(`${dag.root}/many/${name}`, blocks as never);
    if (file.type !== 'raw') throw new Error(`a ${file.type}`);
    expect(Buffer.concat(await collect(file.content())).toString()).toBe('4321');
    expect((await reader._blocks).length).toBeLessThan(6);
  });
});

describe('gateway for people', () => {
  it('gives files with their types and names', async () => {
    const type = async (path: string) => (await get(`/ipfs/${dag.root}/${path}`)).headers['content-type'];
    expect(await type('a.txt')).toBe('text/plain; charset=utf-8');
    expect(await type('data.csv')).toBe('text/csv; charset=utf-8');
    expect(await type('noending')).toBe('application/octet-stream');
    expect(await type('README')).toBe('text/plain; charset=utf-8');
    const answer = await get(`/ipfs/${dag.root}/big.bin`);
    expect(answer.body.equals(big)).toBe(true);
    expect(answer.headers).toMatchObject({
      etag: `"${fileCid('big.bin')}"`,
      'content-length': String(big.length),
      'accept-ranges': 'bytes',
      'content-disposition': "inline; filename*=UTF-8''big.bin",
      'x-content-type-options': 'nosniff',
    });
    expect((await get(`/ipfs/${dag.root}/empty`)).body.length).toBe(0);
    const download = await get(`/ipfs/${dag.root}/a.txt?download=true&filename=x%22%0d%0a.txt`);
    expect(download.headers['content-disposition']).toBe("attachment; filename*=UTF-8''x%22%0D%0A.txt");
  });

  it.each([
    ['bytes=0-9', 206, 0, 10],
    ['bytes=1048570-1048580', 206, 1048570, 1048581],
    ['bytes=3299990-', 206, 3299990, 3300000],
    ['bytes=-5', 206, 3299995, 3300000],
    ['bytes=0-99999999', 206, 0, 3300000],
    ['bytes=3300000-', 416, 0, 0],
    ['bytes=-0', 416, 0, 0],
    ['bytes=5-1', 200, 0, 3300000],
    ['bytes=0-1,5-6', 200, 0, 3300000],
    ['lines=1-2', 200, 0, 3300000],
  ])('honours the range %s', async (range, status, start, end) => {
    const answer = await get(`/ipfs/${dag.root}/big.bin`, { range });
    expect(answer.status).toBe(status);
    if (status === 416) expect(answer.headers['content-range']).toBe('bytes */3300000');
    else expect(answer.body.equals(big.subarray(start, end))).toBe(true);
    if (status === 206) expect(answer.headers['content-range']).toBe(`bytes ${start}-${end - 1}/3300000`);
  });

  it('lists folders, with names that cannot become markup', async () => {
    const redirect = await get(`/ipfs/${dag.root}/sub`);
    expect([redirect.status, redirect.headers['location']]).toEqual([301, `/ipfs/${dag.root}/sub/`]);
    const page = (await get(`/ipfs/${dag.root}/sub/`)).body.toString();
    expect(page).not.toContain('<img');
    expect(page).toContain('&lt;img src=x onerror=alert(1)&gt;');
    expect(page).toContain('href="../"');
    const href = /href="(\.\/100[^"]*)"/.exec(page)?.[1] ?? '';
    expect((await get(`/ipfs/${dag.root}/sub/${href.slice(2)}`)).body.toString()).toBe('odd');
    const root = (await get(`/ipfs/${dag.root}/`)).body.toString();
    expect(root).toContain('>sub/</a>');
    expect(root).not.toContain('href="../"');
    expect((await get(`/ipfs/${dag.root}/many/`)).body.toString().match(/<tr>/g)?.length).toBe(5001);
  });

  it('shows index.html in the place of a listing', async () => {
    const answer = await get(`/ipfs/${dag.root}/site/`);
    expect(answer.body.toString()).toBe('<h1>hi</h1>');
    expect(answer.headers['content-type']).toBe('text/html; charset=utf-8');
  });
});
