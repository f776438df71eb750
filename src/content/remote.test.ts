import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RemoteSettings } from '../config/index.ts';
import { buildDag } from './dag.ts';
import { type RemoteAccess, remoteContent } from './remote.ts';
import { collect } from './testing/collect.ts';
import { type FaultyDoor, openFaultyDoor } from './testing/faulty-door.ts';
import { type RunningNode, startNode, tempDir } from './testing/node.ts';

const SECRET = 'hunter2-and-more';
let temp: ReturnType<typeof tempDir>;
let node: RunningNode;
let bearer: FaultyDoor;
let basic: FaultyDoor;

beforeAll(async () => {
  temp = tempDir('remote');
  node = await startNode(join(temp.path, 'repo'));
  bearer = await openFaultyDoor(node.api, { authorization: `Bearer ${SECRET}` });
  const word = Buffer.from(`me:${SECRET}`).toString('base64');
  basic = await openFaultyDoor(node.api, { authorization: `Basic ${word}` });
});
afterAll(async () => {
  await bearer.close();
  await basic.close();
  await node.stop();
  temp.remove();
});

const plain: RemoteSettings = { kind: 'kubo', api: null, gateway: null, auth: null, options: {} };

function access(
  remotes: Record<string, Partial<RemoteSettings>>,
  env: RemoteAccess['env'] = {},
): RemoteAccess {
  const all = Object.entries(remotes).map(([name, remote]) => [name, { ...plain, ...remote }]);
  return { project: temp.path, config: { remotes: Object.fromEntries(all) }, env };
}

const dagOf = (text: string) => buildDag([{ path: 'a.txt', bytes: Buffer.from(text) }]);

/** Everything that is known of an error, causes included. */
function allOf(error: unknown): string {
  const words: string[] = [];
  for (let at: unknown = error; at instanceof Error; at = at.cause)
    words.push(at.message, at.stack ?? '', JSON.stringify(at));
  return words.join('\n');
}

describe('a remote that is a Kubo RPC', () => {
  it.each([
    ['Bearer', SECRET],
    ['Basic', `me:${SECRET}`],
  ] as const)('gets its secret from the environment: %s', async (scheme, secret) => {
    const { url } = scheme === 'Bearer' ? bearer : basic;
    const remotes = { pinner: { api: url, auth: { env: 'PIN', scheme } } };
    const store = await remoteContent(access(remotes, { PIN: `${secret}\n` }), 'pinner');
    const dag = await dagOf(scheme);
    await store.put(dag);
    expect(await store.has(dag.root)).toBe(true);
    expect(Buffer.from(await store.readFile(dag.root, 'a.txt')).toString()).toBe(scheme);
    store.close();
  });

  it('that does not take the secret says so, and the secret is in no error', async () => {
    for (const [scheme, secret, url] of [
      ['Bearer', `${SECRET}-old`, bearer.url],
      ['Basic', `me:${SECRET}-old`, basic.url],
    ] as const) {
      const remotes = { pinner: { api: url, auth: { env: 'PIN', scheme } } };
      const store = await remoteContent(access(remotes, { PIN: secret }), 'pinner');
      const error = await store.put(await dagOf('denied')).catch((e: unknown) => e);
      expect(error).toMatchObject({ id: 'REMOTE_DENIED', kind: 'denied', params: { status: 401 } });
      expect(allOf(error)).toContain('unknown: ');
      expect(allOf(error)).not.toContain('hunter2');
      expect(allOf(error)).not.toContain(Buffer.from(secret).toString('base64'));
      store.close();
    }
  });

  it.each([
    'http://pin.example',
    'http://127.0.0.1.example.org',
    'http://10.0.0.1:5001',
    'http://localhost.example',
  ])('a secret does not go to %s in the clear', async (api) => {
    const remotes = { pinner: { api, auth: { env: 'PIN', scheme: 'Bearer' as const } } };
    const opened = remoteContent(access(remotes, { PIN: SECRET }), 'pinner');
    await expect(opened).rejects.toMatchObject({ id: 'REMOTE_INSECURE' });
    // Without a secret there is nothing to be seen.
    (await remoteContent(access({ pinner: { api } }), 'pinner')).close();
  });

  it.each(['http://localhost:1', 'http://[::1]:1', 'http://127.9.9.9:1', 'https://pin.example'])(
    'a secret may go to %s',
    async (api) => {
      const remotes = { pinner: { api, auth: { env: 'PIN', scheme: 'Bearer' as const } } };
      (await remoteContent(access(remotes, { PIN: SECRET }), 'pinner')).close();
    },
  );

  it.each([
    ['Bearer', undefined, /is not set/],
    ['Bearer', ' \n', /is not set/],
    ['Bearer', 'two words', /no token can hold/],
    ['Bearer', 'line\r\nX-Evil: 1', /no token can hold/],
    ['Basic', SECRET, /user:password/],
  ] as const)('with %s and the secret %j is refused', async (scheme, secret, says) => {
    const remotes = { pinner: { api: 'http://127.0.0.1:1', auth: { env: 'PIN', scheme } } };
    const error = await remoteContent(access(remotes, { PIN: secret }), 'pinner').catch((e: unknown) => e);
    expect(error).toMatchObject({ id: 'REMOTE_SECRET_MISSING', message: expect.stringMatching(says) });
    expect(allOf(error)).not.toContain('hunter2');
  });

  it('that is not named is told with the nearest one', async () => {
    const opened = (name: string) => remoteContent(access({ pinner: { api: 'http://127.0.0.1:1' } }), name);
    await expect(opened('piner')).rejects.toThrow(/did you mean "pinner"/);
    await expect(opened('elsewhere')).rejects.toThrow(/there are pinner/);
    await expect(opened('constructor')).rejects.toMatchObject({ id: 'REMOTE_UNKNOWN' });
  });
});

describe('a remote that is a module of the project', () => {
  const write = (name: string, text: string) => writeFileSync(join(temp.path, name), text);

  it('is put to, asked and read through it', async () => {
    write(
      'folder.ts',
      `import { mkdirSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
       import { join } from 'node:path';
       import type { OpenRemote } from 'sahara-devkit/content';
       export const openRemote: OpenRemote = ({ project, options, secret }) => {
         const folder = join(project, String(options['folder']));
         if (secret !== 'sesame') throw new Error('closed to ' + secret);
         mkdirSync(folder, { recursive: true });
         return {
           has: async (cid: string) => existsSync(join(folder, cid + '.whole')),
           async put({ root, blocks, advance }) {
             let sentBytes = 0;
             for await (const { cid, bytes } of blocks()) {
               writeFileSync(join(folder, cid), bytes);
               advance(bytes.length);
               sentBytes += bytes.length;
             }
             writeFileSync(join(folder, root + '.whole'), '');
             return { sentBytes };
           },
           block: async (cid: string) =>
             existsSync(join(folder, cid)) ? readFileSync(join(folder, cid)) : undefined,
         };
       };`,
    );
    const auth = { env: 'WORD', scheme: 'Bearer' as const };
    const remotes = { shelf: { kind: './folder.ts', options: { folder: 'shelf' }, auth } };
    const closed = await remoteContent(access(remotes, { WORD: SECRET }), 'shelf').catch((e: unknown) => e);
    expect(closed).toMatchObject({ id: 'REMOTE_MODULE_BAD', message: expect.stringMatching(/closed to \*/) });
    const store = await remoteContent(access(remotes, { WORD: 'sesame' }), 'shelf');
    const dag = await dagOf('in a folder');
    await store.put(dag);
    expect(readdirSync(join(temp.path, 'shelf')).length).toBe(3);
    expect(Buffer.from(await store.readFile(dag.root, 'a.txt')).toString()).toBe('in a folder');
  });

  it('is used like any other store', async () => {
    mkdirSync(join(temp.path, 'node_modules/sahara-shelf'), { recursive: true });
    write(
      'node_modules/sahara-shelf/package.json',
      '{"name": "sahara-shelf", "type": "module", "main": "index.js"}',
    );
    write(
      'node_modules/sahara-shelf/index.js',
      `const held = new Map(), whole = new Set();
       export function openRemote({ api }) {
         return {
           has: async (cid) => whole.has(cid),
           async put({ root, blocks, carSize }) {
             for await (const { cid, bytes } of blocks()) held.set(cid, bytes);
             whole.add(root);
             return { sentBytes: carSize };
           },
           block: async (cid) => held.get(cid),
           unpin: async (cid) => void whole.delete(cid),
           version: async () => 'shelf 1 at ' + api,
         };
       }`,
    );
    const store = await remoteContent(access({ shelf: { kind: 'sahara-shelf', api: 'https://s' } }), 'shelf');
    const dag = await dagOf('on the shelf');
    const result = { root: dag.root, sentBytes: dag.carSize, blocksSent: 2, blocksThere: 0 };
    expect(await store.put(dag)).toEqual(result);
    expect(await store.put(dag)).toEqual({ ...result, sentBytes: 0, blocksSent: 0, blocksThere: 2 });
    expect(await store.verify(dag.root)).toMatchObject({ blocks: 2 });
    expect((await store.version()).version).toBe('shelf 1 at https://s');
    await store.unpin(dag.root);
    expect(await store.has(dag.root)).toBe(false);
    const missing = await dagOf('not on the shelf');
    await expect(store.verify(missing.root)).rejects.toMatchObject({ id: 'CONTENT_NOT_FOUND' });
  });

  it.each([
    ['throws.ts', "throw new Error('no coffee');", /no coffee/],
    ['none.ts', 'export const x = 1;', /exports no function "openRemote"/],
    ['half.ts', 'export const openRemote = () => ({ has() {} });', /no functions "has" and "put"/],
    ['gone.ts', undefined, /is not found/],
  ] as const)('%s is refused', async (name, text, says) => {
    if (text !== undefined) write(name, text);
    const opened = remoteContent(access({ bad: { kind: `./${name}` } }), 'bad');
    await expect(opened).rejects.toMatchObject({
      id: 'REMOTE_MODULE_BAD',
      message: expect.stringMatching(says),
    });
  });

  it('is tried again where its failure may pass, and only there', async () => {
    write(
      'flaky.ts',
      `const failures = () => {
         const lost = Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' });
         return {
           'a lost connection': lost,
           'one that fetch hides': new TypeError('fetch failed', { cause: lost }),
           'a busy server': Object.assign(new Error('HTTP 503'), { status: 503 }),
           'what the module says': Object.assign(new Error('come back'), { retryable: true }),
           'a refusal': Object.assign(new Error('HTTP 403'), { status: 403 }),
           'anything else': new Error('a mistake'),
           'what the module says will stay': Object.assign(new Error('HTTP 503'), { status: 503, retryable: false }),
         };
       };
       export const openRemote = ({ options }) => {
         const whole = new Set();
         let left = { has: options.times, put: options.times };
         const fail = (where) => {
           if (left[where]-- > 0) throw failures()[options.what];
         };
         return {
           has: async (cid) => (fail('has'), whole.has(cid)),
           async put({ root, blocks, advance, carSize }) {
             for await (const { bytes } of blocks()) advance(bytes.length);
             fail('put');
             whole.add(root);
             return { sentBytes: carSize };
           },
         };
       };`,
    );
    const dag = await dagOf('after all');
    const size = (await collect(dag.blocks())).reduce((sum, { bytes }) => sum + bytes.length, 0);
    const putWith = async (what: string, times: number) => {
      const remotes = { flaky: { kind: './flaky.ts', options: { what, times } } };
      const warnings: string[] = [];
      let shown = 0;
      const logger = { info() {}, warn: (m: string) => warnings.push(m), debug() {} };
      const progress = { start() {}, done() {}, advance: (n: number) => (shown += n) };
      const store = await remoteContent(access(remotes), 'flaky');
      const done = await store.put(dag, { logger, progress, retryDelayMs: 1 }).catch((e: unknown) => e);
      return { done, warnings, shown };
    };
    for (const what of [
      'a lost connection',
      'one that fetch hides',
      'a busy server',
      'what the module says',
    ]) {
      const { done, warnings, shown } = await putWith(what, 2);
      expect(done, what).toMatchObject({ root: dag.root, sentBytes: dag.carSize });
      expect(warnings, what).toHaveLength(4);
      expect(warnings.at(-1)).toMatch(/sent again.*try 3 of 5/);
      // What is sent again is not counted again.
      expect(shown, what).toBe(size);
    }
    for (const what of ['a refusal', 'anything else', 'what the module says will stay']) {
      const { done, warnings } = await putWith(what, 1);
      expect(done, what).toMatchObject({ id: 'CONTENT_UNAVAILABLE', params: { remote: 'flaky' } });
      expect(warnings, what).toEqual([]);
    }
    const { done, warnings } = await putWith('a busy server', 9);
    expect(done).toMatchObject({ id: 'CONTENT_UNAVAILABLE' });
    expect(warnings).toHaveLength(4);
  });

  it('reports a file that changed meanwhile as what it is', async () => {
    write(
      'wraps.ts',
      `export const openRemote = () => ({
         has: async () => false,
         async put({ blocks }) {
           try {
             for await (const _ of blocks());
           } catch (cause) {
             throw new TypeError('fetch failed', { cause });
           }
           return { sentBytes: 0 };
         },
       });`,
    );
    write('changing.txt', 'before');
    const file = join(temp.path, 'changing.txt');
    const dag = await buildDag([{ path: 'changing.txt', file }]);
    write('changing.txt', 'after that');
    const store = await remoteContent(access({ wraps: { kind: './wraps.ts' } }), 'wraps');
    await expect(store.put(dag)).rejects.toMatchObject({ id: 'CONTENT_FILE_CHANGED' });
  });

  it('that lies or fails is found out', async () => {
    write(
      'liar.ts',
      `export const openRemote = () => ({
         has: async () => { throw new Error('out of order'); },
         put: async () => ({ sentBytes: 0 }),
         block: async () => new Uint8Array([1, 2, 3]),
       });`,
    );
    const store = await remoteContent(access({ bad: { kind: './liar.ts' } }), 'bad');
    const dag = await dagOf('lied about');
    await expect(store.put(dag)).rejects.toMatchObject({
      id: 'CONTENT_UNAVAILABLE',
      message: expect.stringContaining('out of order'),
    });
    await expect(store.readFile(dag.root, 'a.txt')).rejects.toMatchObject({ id: 'CONTENT_CORRUPT' });
  });
});
