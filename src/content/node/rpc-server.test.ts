import { request } from 'node:http';
import { connect } from 'node:net';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Block, exportCar, varint } from '../car.ts';
import { cidV1, RAW, sha256 } from '../cid.ts';
import { buildDag } from '../dag.ts';
import { collect } from '../testing/collect.ts';
import { type RunningNode, startNode, tempDir } from '../testing/node.ts';

let temp: ReturnType<typeof tempDir>;
let node: RunningNode;
beforeAll(async () => {
  temp = tempDir('rpc');
  node = await startNode(temp.path);
});
afterAll(async () => {
  await node.stop();
  temp.remove();
});

type Answer = { status: number; body: string; headers: Record<string, string | string[] | undefined> };

function call(
  path: string,
  options: { method?: string; headers?: Record<string, string>; body?: Uint8Array } = {},
) {
  return new Promise<Answer>((resolve, reject) => {
    const req = request(`${node.api}${path}`, {
      method: options.method ?? 'POST',
      headers: options.headers ?? {},
    });
    req.on('error', reject);
    req.on('response', async (res) => {
      const chunks = await collect(res as AsyncIterable<Buffer>).catch(() => []);
      resolve({ status: res.statusCode ?? 0, body: Buffer.concat(chunks).toString(), headers: res.headers });
    });
    req.end(options.body);
  });
}

function importCar(car: Uint8Array, query = ''): Promise<Answer> {
  const body = Buffer.concat([
    Buffer.from('--b\r\nContent-Disposition: form-data; name="file"; filename="x.car"\r\n\r\n'),
    car,
    Buffer.from('\r\n--b--\r\n'),
  ]);
  const headers = { 'content-type': 'multipart/form-data; boundary=b' };
  return call(`/api/v0/dag/import${query}`, { headers, body });
}

const block = async (text: string | Uint8Array): Promise<Block> => {
  const bytes = Buffer.from(text);
  return { cid: cidV1(RAW, sha256(bytes)), bytes };
};
const carOf = async (blocks: Block[], roots = blocks.slice(0, 1)) =>
  Buffer.concat(
    await collect(
      exportCar(
        roots.map((r) => r.cid),
        blocks,
      ),
    ),
  );
const has = async (cid: Block['cid']) => (await call(`/api/v0/block/stat?arg=${cid}`)).status === 200;

/** Kubo's errors: HTTP status, and JSON with exactly these three. */
function expectKuboError(answer: Answer, status: number, message: RegExp) {
  expect(answer.status).toBe(status);
  expect(answer.headers['content-type']).toBe('application/json');
  const body = JSON.parse(answer.body) as Record<string, unknown>;
  expect(Object.keys(body).sort()).toEqual(['Code', 'Message', 'Type']);
  expect(body['Type']).toBe('error');
  expect(body['Message']).toMatch(message);
}

describe('errors have the shape of Kubo', () => {
  it('for endpoints that we do not serve', async () => {
    expectKuboError(await call('/api/v0/files/ls'), 404, /command not found/);
    expectKuboError(await call('/'), 404, /command not found/);
    expectKuboError(await call('/api/v0/__proto__'), 404, /command not found/);
    expectKuboError(await call('/api/v0/constructor'), 404, /command not found/);
  });

  it('for arguments that are missing or wrong', async () => {
    for (const endpoint of ['cat', 'ls', 'block/get', 'pin/add', 'dag/export', 'resolve', 'refs']) {
      expectKuboError(await call(`/api/v0/${endpoint}`), 400, /argument ".*" is required/);
      expectKuboError(await call(`/api/v0/${endpoint}?arg=nonsense`), 500, /not a usable content address/);
    }
    expectKuboError(await call('/api/v0/pin/ls?type=odd'), 400, /invalid type/);
    expectKuboError(await call('/api/v0/pin/ls?names=maybe'), 400, /not a boolean/);
    expectKuboError(await call('/api/v0/dag/import'), 400, /not multipart/);
    expectKuboError(await call(`/api/v0/cat?arg=${(await block('no')).cid}`), 500, /could not find/);
  });

  it('and only POST is served', async () => {
    for (const method of ['GET', 'HEAD', 'PUT', 'DELETE']) {
      expect(await call('/api/v0/version', { method })).toMatchObject({ status: 405 });
    }
  });
});

describe('pages in browsers', () => {
  it.each([
    { origin: 'https://evil.example' },
    { origin: 'null' },
    { origin: 'http://127.0.0.1:1' },
    { referer: 'https://evil.example/page' },
    { host: 'evil.example' },
    { host: 'localhost.evil.example' },
    { host: '127.0.0.1.evil.example:5001' },
    { 'user-agent': 'Mozilla/5.0 (X11; Linux x86_64)' },
  ])('cannot call the RPC with %j', async (headers) => {
    expect((await call('/api/v0/version', { headers: headers as never })).status).toBe(403);
  });

  it('may when they are our own, and tools may without', async () => {
    const port = new URL(node.api).port;
    for (const headers of [
      {},
      { host: `localhost:${port}` },
      { origin: `http://127.0.0.1:${port}` },
      { origin: `http://localhost:${port}`, host: `localhost:${port}` },
      { 'user-agent': 'curl/8' },
    ]) {
      expect((await call('/api/v0/version', { headers: headers as never })).status).toBe(200);
    }
  });
});

describe('dag/import', () => {
  it('gives roots and counts', async () => {
    const dag = await buildDag([{ path: 'a', bytes: Buffer.from('import') }]);
    const car = Buffer.concat(await collect(dag.car()));
    const answer = await importCar(car, '?stats=true');
    expect(
      answer.body
        .trim()
        .split('\n')
        .map((l) => JSON.parse(l)),
    ).toEqual([
      { Root: { Cid: { '/': dag.root }, PinErrorMsg: '' } },
      { Stats: { BlockCount: 2, BlockBytesCount: expect.any(Number) } },
    ]);
  });

  it('refuses a block that is not what its address says, and pins nothing', async () => {
    const good = await block('good');
    const lie = { cid: (await block('truth')).cid, bytes: Buffer.from('lie') };
    expectKuboError(await importCar(await carOf([good, lie])), 500, /does not match its CID/);
    expect(await has(lie.cid)).toBe(false);
    expect((await call(`/api/v0/pin/ls?arg=${good.cid}`)).status).toBe(500);
  });

  it('refuses a DAG with a hole when it is to be pinned, at once', async () => {
    const dag = await buildDag([{ path: 'a', bytes: Buffer.alloc(3_000_000, 'h') }]);
    const blocks = await collect(dag.blocks());
    const car = Buffer.concat(
      await collect(exportCar([blocks[0]?.cid as Block['cid']], blocks.slice(0, -1))),
    );
    expectKuboError(await importCar(car), 500, /could not find/);
    expect((await importCar(car, '?pin-roots=false')).status).toBe(200);
    expect((await call(`/api/v0/pin/ls?arg=${dag.root}`)).status).toBe(500);
  });

  it('refuses blocks that are too large before it reads them', async () => {
    const big = await block(Buffer.alloc(2 * 1024 * 1024 + 1));
    expectKuboError(await importCar(await carOf([big])), 500, /larger than/);
    const one = await block('x');
    const claim = Buffer.concat([await carOf([one]), varint(2 ** 45)]);
    expectKuboError(await importCar(claim), 500, /larger than/);
  });

  it('refuses what is cut off or no CAR at all', async () => {
    const car = await carOf([await block('whole'), await block('cut')]);
    expectKuboError(await importCar(car.subarray(0, -1)), 500, /ends in the middle/);
    expectKuboError(await importCar(Buffer.from('not a car')), 500, /CAR/);
    expectKuboError(await importCar(Buffer.alloc(0)), 500, /empty/);
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: car.length - 1 }),
        fc.integer({ min: 1, max: 255 }),
        async (at, xor) => {
          const broken = Buffer.from(car);
          broken[at] = (broken[at] ?? 0) ^ xor;
          // A flipped bit in the header's root or at a block's codec may still be a CAR; never a crash.
          expect([200, 500]).toContain((await importCar(broken)).status);
        },
      ),
      { numRuns: 60 },
    );
    expect((await call('/api/v0/version')).status).toBe(200);
  });

  it('keeps working when an answer breaks off: the client sees a cut, not an end', async () => {
    const dag = await buildDag([{ path: 'a', bytes: Buffer.alloc(2_500_000, 'k') }]);
    const blocks = await collect(dag.blocks());
    const car = await carOf(blocks.slice(0, -1));
    expect((await importCar(car, '?pin-roots=false')).status).toBe(200);
    for (const path of [`dag/export?arg=${dag.root}`, `cat?arg=${dag.root}/a`]) {
      await expect(
        fetch(`${node.api}/api/v0/${path}`, { method: 'POST' }).then((r) => r.arrayBuffer()),
      ).rejects.toThrow();
    }
    expect((await call('/api/v0/version')).status).toBe(200);
  });

  it('keeps working when a client goes away in the middle', async () => {
    const one = await block('left behind');
    const { port } = new URL(node.api);
    await new Promise<void>((done) => {
      const socket = connect(Number(port), '127.0.0.1', async () => {
        socket.write(
          'POST /api/v0/dag/import HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\n' +
            'Content-Type: multipart/form-data; boundary=b\r\n\r\n--b\r\n\r\n',
        );
        socket.write(await carOf([one]));
        setTimeout(() => socket.destroy(), 30);
      });
      socket.on('close', () => done());
    });
    await new Promise((r) => setTimeout(r, 50));
    expect(await has(one.cid)).toBe(false);
    expect((await importCar(await carOf([one]))).status).toBe(200);
    expect(await has(one.cid)).toBe(true);
  });
});
