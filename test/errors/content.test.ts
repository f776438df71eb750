import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { encode, prepare } from '@ipld/dag-pb';
import { UnixFS } from 'ipfs-unixfs';
import { afterAll, beforeAll } from 'vitest';
import { contentErrors } from '../../src/base/errors-table/content.ts';
import { type Block, exportCar } from '../../src/content/car.ts';
import { cidV1, DAG_PB, RAW, sha256 } from '../../src/content/cid.ts';
import { buildDag, buildPathDag, contentStore, digestOfCid, importCar } from '../../src/content/index.ts';
import { lockRepo } from '../../src/content/node/repo.ts';
import { archiveOf } from '../../src/devnet/kubo/distribution.ts';
import { archiveWith, type Faults, startMirror } from '../../src/devnet/kubo/mirror.test-helper.ts';
import { smallDataset } from '../e2e/scripted.ts';
import { createWorld, type Live } from '../e2e/support.ts';
import { type Provocation, provokeEach } from './provoke.ts';

const world = await createWorld('errors-content');
const doors: { close(): void }[] = [];
let live: Live;
let liar: string;
afterAll(() => {
  for (const door of doors) door.close();
});

const inContent = (name: string, path = '') => join(world.project, name, 'content', path);
const store = () => contentStore({ api: live.content.api, timeoutMs: 5000 });
const small = (text: string) => buildDag([{ path: 'data/a.txt', bytes: Buffer.from(text) }]);

beforeAll(async () => {
  live = await world.startDevnet();
  for (const name of ['none', 'empty', 'link', 'pipe', 'bad', 'twins', 'denied', 'folder', 'ok', 'gone'])
    smallDataset(world, name);
  for (const name of ['none', 'empty', 'folder']) rmSync(inContent(name), { recursive: true });
  mkdirSync(inContent('empty'));
  world.write('folder/content', 'a file');
  symlinkSync('/etc/hostname', inContent('link', 'host.txt'));
  execFileSync('mkfifo', [inContent('pipe', 'queue')]);
  world.write('bad/content/a\\b.csv', 'x');
  world.write('twins/content/Data.csv', 'x');
  await world.json(['publish', 'ok']);
});

const INSTALL = ['ipfs', 'install', '--dir', 'kubo'];
let mirror: string;

/** A copy of Kubo's distribution that has something wrong with it. */
async function mirrorWith(faults: Faults, archive?: Buffer): Promise<() => void> {
  const made = await startMirror(archive);
  Object.assign(made.faults, faults);
  mirror = made.url;
  return made.close;
}

/** A content node that answers as it is told. */
async function node(answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  doors.push({
    close() {
      server.closeAllConnections();
      server.close();
    },
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Gives other bytes than those that were asked for. */
const lie: RequestListener = async (request, response) => {
  const answer = await fetch(new URL(request.url ?? '', live.content.api), { method: 'POST' });
  const bytes = Buffer.from(await answer.arrayBuffer());
  if (request.url?.includes('block/get')) bytes.writeUInt8(bytes.readUInt8(0) ^ 1);
  response.writeHead(answer.status).end(bytes);
};

/** A file that cannot be read, not even by a superuser, who may read what others closed. */
function unreadable(): Provocation {
  if (process.getuid?.() === 0)
    return {
      call: () => buildDag([{ path: 'memory', file: '/proc/self/mem' }]),
      says: /memory cannot be read: EIO/,
    };
  return {
    run: ['publish', 'denied'],
    given: () => chmodSync(inContent('denied', 'data.csv'), 0o000),
    says: /data\.csv/,
  };
}

/** A folder with one entry of any name: what no tool of ours makes. */
async function hostile(name: string): Promise<string> {
  const block = (codec: number, bytes: Uint8Array): Block => ({ cid: cidV1(codec, sha256(bytes)), bytes });
  const leaf = block(RAW, Buffer.from('evil'));
  const links = [{ Name: name, Hash: leaf.cid, Tsize: leaf.bytes.length }];
  const root = block(
    DAG_PB,
    encode(prepare({ Data: new UnixFS({ type: 'directory' }).marshal(), Links: links })),
  );
  const chunks: Uint8Array[] = [];
  for await (const chunk of exportCar([root.cid], [root, leaf])) chunks.push(chunk);
  const form = new FormData();
  form.append('file', new Blob([Buffer.concat(chunks)]));
  await fetch(`${live.content.api}/api/v0/dag/import?pin-roots=false`, { method: 'POST', body: form });
  return root.cid.toString();
}

provokeEach(world, contentErrors, {
  CONTENT_UNAVAILABLE: {
    run: ['asset', 'verify', 'ok'],
    env: () => ({ SAHARA_IPFS_API: 'http://127.0.0.1:9' }),
    says: /127\.0\.0\.1:9/,
  },
  // Commands wait 30 s and more for a silent node.
  CONTENT_TIMEOUT: {
    call: async () => contentStore({ api: await node((r) => r.resume()), timeoutMs: 200 }).version(),
    says: /silent for 0\.2 s/,
  },
  CONTENT_REJECTED: {
    call: async () => {
      const api = await node((_, response) => {
        response.writeHead(500).end(JSON.stringify({ Message: 'no space left on device', Code: 0 }));
      });
      return contentStore({ api, timeoutMs: 1000 }).version();
    },
    says: /no space left on device/,
  },
  CONTENT_NOT_FOUND: { call: async () => store().verify((await small('nobody has this')).root) },
  CONTENT_CORRUPT: {
    run: ['asset', 'verify', 'ok'],
    given: async () => {
      liar = await node(lie);
    },
    env: () => ({ SAHARA_IPFS_API: liar }),
    says: /Block \w+ is not what its address promises/,
  },
  CONTENT_TOO_LARGE: {
    call: async () => {
      const dag = await small('too large for some');
      await store().put(dag);
      return store().readFile(dag.root, 'data/a.txt', { maxBytes: 3 });
    },
    says: /at most 3/,
  },
  CONTENT_UNSAFE: {
    call: async () => store().fetchTo(await hostile('../evil'), join(world.dir, 'fetched')),
    says: /evil/,
  },
  CONTENT_CID_INVALID: { call: () => digestOfCid('bafybeig'), says: /"bafybeig"/ },
  CONTENT_NOT_A_FILE: {
    call: async () => {
      const dag = await small('a file in a folder');
      await store().put(dag);
      return store().readFile(dag.root, 'data');
    },
  },
  CONTENT_NOT_A_FOLDER: { run: ['publish', 'folder'], says: /folder\/content/ },
  CONTENT_PATH_MISSING: { call: () => buildPathDag(join(world.dir, 'nowhere')), says: /nowhere/ },
  CONTENT_FOLDER_MISSING: { run: ['publish', 'none'], says: /none\/content/ },
  CONTENT_FOLDER_EMPTY: { run: ['publish', 'empty'], says: /empty\/content/ },
  CONTENT_SYMLINK: { run: ['publish', 'link'], says: /host\.txt/ },
  CONTENT_NOT_REGULAR: { run: ['publish', 'pipe'], says: /queue is a/ },
  CONTENT_UNREADABLE: unreadable(),
  CONTENT_NAME_BAD: { run: ['publish', 'bad'], says: /a.*b\.csv/ },
  CONTENT_NAME_COLLISION: {
    run: ['publish', 'twins'],
    says: /"Data\.csv".*"data\.csv"|"data\.csv".*"Data\.csv"/,
  },
  // Between looking and reading there is nothing that a command could be held at.
  CONTENT_FILE_CHANGED: {
    call: async () => {
      const folder = join(world.dir, 'changing');
      mkdirSync(folder);
      writeFileSync(join(folder, 'a.txt'), 'before');
      const dag = await buildDag([{ path: 'a.txt', file: join(folder, 'a.txt') }]);
      truncateSync(join(folder, 'a.txt'), 2);
      return store().put(dag);
    },
    says: /a\.txt/,
  },
  CONTENT_DESTINATION_EXISTS: {
    call: async () => {
      const dag = await small('where something is');
      await store().put(dag);
      world.write('full/mine.txt', 'mine');
      return store().fetchTo(dag.root, join(world.project, 'full'));
    },
    says: /full/,
  },
  CONTENT_WRITE_FAILED: {
    run: ['asset', 'get', 'ok', '--account', 'curator', '--to', '/proc/ok'],
    says: /\/proc\/ok/,
  },
  CONTENT_PATH_INVALID: {
    run: ['content', 'cat', 'bafybeiczsscdsbs7ffqz55asqdf3smv6klcw3gofszvwlyarci47bgf354/../keys'],
    says: /no way up|no "\." and/,
  },
  CONTENT_REGISTERED: async () => {
    const { cid } = await world.json<{ cid: string }>(['publish', 'ok']);
    await world.refused(['content', 'unpin', cid], {
      code: 'SAH-4068',
      exit: 5,
      says: /release of curator\/ok@1/,
    });
  },
  CONTENT_REPO_LOCKED: {
    call: async () => lockRepo(join(world.project, '.sahara/devnet/default/content')),
    says: /open in process \d+/,
  },
  CONTENT_CAR_INVALID: {
    call: async () => {
      const car = await importCar(
        (async function* () {
          yield Buffer.from('no archive at all');
        })(),
      );
      for await (const _ of car.blocks);
    },
  },
  // Where this runs there is one.
  KUBO_PLATFORM: {
    call: () => archiveOf('0.43.1', 'https://dist.example', { platform: 'win32', arch: 'x64' }),
    says: /win32-x64/,
  },
  KUBO_UNREACHABLE: {
    run: [...INSTALL, '--mirror', 'http://127.0.0.1:9'],
    says: /127\.0\.0\.1:9.*nothing listens there/,
  },
  KUBO_NOT_PUBLISHED: {
    run: [...INSTALL, '--version', '0.0.1'],
    env: () => ({ SAHARA_KUBO_MIRROR: mirror }),
    given: () => mirrorWith({}),
    says: /kubo_v0\.0\.1_/,
  },
  KUBO_CHECKSUM: {
    run: INSTALL,
    env: () => ({ SAHARA_KUBO_MIRROR: mirror }),
    given: () => mirrorWith({ sum: '0'.repeat(128) }),
    says: /0000… was promised/,
  },
  KUBO_ARCHIVE: {
    run: INSTALL,
    env: () => ({ SAHARA_KUBO_MIRROR: mirror }),
    given: async () => mirrorWith({}, await archiveWith({ 'kubo/README.md': 'no program' })),
    says: /kubo\/ipfs is not in it/,
  },
} satisfies Record<keyof typeof contentErrors, Provocation>);
