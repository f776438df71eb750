import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { ensureDocumentKey } from '../../src/assets/document-keys.ts';
import { eventArgs, kindId, transact } from '../../src/chain/index.ts';
import { buildDag, digestOfCid } from '../../src/content/index.ts';
import type { SigningContext } from '../../src/context/index.ts';
import { createDocumentKey, type DocumentKey, signModel } from '../../src/provenance/index.ts';
import { buildMerkleSum } from '../../src/revenue/index.ts';
import { as, openScripted, smallDataset } from './scripted.ts';
import { createWorld } from './support.ts';

const world = await createWorld('verify');
let curator: SigningContext;

beforeAll(async () => {
  await world.startDevnet();
});

describe('content that was damaged', () => {
  const marked = (mark: string) => `${mark}\n${randomBytes(600).toString('hex')}\n`;

  /** Changes one byte, in the store of the running node, of the block that has this text. */
  function spoil(mark: string): void {
    const packs = join(world.project, '.sahara/devnet/default/content/packs');
    for (const name of readdirSync(packs)) {
      const bytes = readFileSync(join(packs, name));
      const at = bytes.indexOf(mark);
      if (at < 0) continue;
      bytes[at + mark.length + 40] = (bytes[at + mark.length + 40] ?? 0) ^ 1;
      writeFileSync(join(packs, name), bytes, { flag: 'r+' });
      return;
    }
    throw new Error(`no block has "${mark}"`);
  }

  test('one changed byte on disk is caught', async () => {
    smallDataset(world, 'spoilt', { 'more.txt': marked('the marked block') });
    await world.json(['publish', 'spoilt']);
    await world.json(['asset', 'verify', 'spoilt']);
    spoil('the marked block');
    await world.refused(['asset', 'verify', 'spoilt'], { code: 'SAH-4005', exit: 7 });
    // And never handed out: neither the file, nor a part of the folder.
    const got = await world.envelope([
      'asset',
      'get',
      'spoilt',
      '--to',
      'spoilt-copy',
      '--account',
      'curator',
    ]);
    expect(got).toMatchObject({ ok: false, exit: 7 });
    expect(readdirSync(world.project)).not.toContain('spoilt-copy');
  });

  test('publishing again mends it', async () => {
    await world.json(['publish', 'spoilt']);
    await world.json(['asset', 'verify', 'spoilt']);
  });

  async function lose(lost: string): Promise<void> {
    const name = lost.replace('/', '-');
    smallDataset(world, name, { 'more.txt': marked(name) });
    const { cid } = await world.json<{ cid: string }>(['publish', name]);
    await world.stopDevnet();
    rmSync(join(world.project, '.sahara/devnet/default', lost), { recursive: true });
    await world.startDevnet();
    await world.refused(['asset', 'verify', name], { code: 'SAH-4004', exit: 3 });
    expect(await world.json(['publish', name])).toMatchObject({ changed: false, cid, tx: null });
    await world.json(['asset', 'verify', name]);
  }

  test('a store that was lost is noticed, and publishing again brings the content back', () =>
    lose('content'));

  test('packs that were lost are brought back by publishing again', () => lose('content/packs'));
});

type Forgery = {
  signedBy?: DocumentKey;
  shownKey?: string;
  signedFiles?: (files: { path: string; sha256: string }[]) => { path: string; sha256: string }[];
  card?: Record<string, unknown>;
  fingerprint?: `0x${string}`;
  contributors?: { file: string; rows: { account: `0x${string}`; weight: bigint }[] };
  without?: string;
};

/** Publishes a release by hand, right in everything but what is asked for. */
async function publishBadly(name: string, forgery: Forgery): Promise<void> {
  const key = await ensureDocumentKey(curator);
  const publisher = curator.signer.account.address;
  const data = { path: 'data.csv', bytes: Buffer.from(`a,b\n1,2\n${name},3\n`) };
  const content = await buildDag([data]);
  const files = content.files.map((f) => ({ path: f.path, sha256: f.sha256.slice(2) }));
  const signer = forgery.signedBy ?? key;
  const bundle = signModel({
    folderName: 'content',
    files: forgery.signedFiles?.(files) ?? files,
    privatePem: signer.privatePem,
    publicPem: signer.publicPem,
  });
  const tree = forgery.contributors ? buildMerkleSum(forgery.contributors.rows) : null;
  const card = {
    format: 'sahara-release/1',
    kind: 'dataset',
    name,
    description: null,
    publisher,
    keyFingerprint: key.fingerprint,
    content: {
      cid: content.root,
      files: content.files.map((f) => ({ path: f.path, size: f.size, sha256: f.sha256.slice(2) })),
    },
    card: null,
    agent: null,
    relations: [],
    contributors: null,
    createdAt: new Date().toISOString(),
    ...forgery.card,
  };
  const documents = [
    { path: 'sahara.json', bytes: Buffer.from(JSON.stringify(card)) },
    { path: 'provenance/model.sig', bytes: Buffer.from(JSON.stringify(bundle)) },
    { path: 'keys/publisher.pem', bytes: Buffer.from(forgery.shownKey ?? key.publicPem) },
    ...(forgery.contributors
      ? [{ path: 'contributors.csv', bytes: Buffer.from(forgery.contributors.file) }]
      : []),
  ].filter((d) => d.path !== forgery.without);
  const release = await buildDag([{ ...data, path: 'content/data.csv' }, ...documents]);
  await curator.content.put(release, { name });
  const receipt = await transact(curator.chain, curator.signer, {
    contract: 'AssetRegistry',
    call: 'register',
    args: [
      kindId('dataset'),
      name,
      {
        releaseRoot: release.rootDigest,
        contentRoot: digestOfCid(content.root),
        publication: release.rootDigest,
        keyFingerprint: forgery.fingerprint ?? key.fingerprint,
        relations: [],
        contributorsBps: tree ? 4000 : 0,
        contributorCount: tree?.count ?? 0,
        contributorWeight: tree?.total ?? 0n,
        contributorsRoot: tree?.root ?? `0x${'0'.repeat(64)}`,
      },
    ],
  });
  expect(eventArgs(receipt, 'AssetRegistry', 'VersionPublished')['versionId']).toBeGreaterThan(0n);
}

const LABELER = '0x14dC79964da2C08b23698B3D3cc7Ca32193d9955';

describe('a release that is not what it says', () => {
  beforeAll(async () => {
    curator = await as(await openScripted(world), 'curator');
  });
  const other = createDocumentKey();
  const hand = '0x90F79bf6EB2c4f870365E785982E1f101E93b906';

  test('the way by hand is a right one when nothing is forged', async () => {
    await publishBadly('honest', {});
    await world.json(['asset', 'verify', 'honest']);
  });

  test.for<[string, Forgery, string, RegExp]>([
    ['signed-by-another', { signedBy: other }, 'SAH-5', /signature|key/i],
    ['shows-another-key', { signedBy: other, shownKey: other.publicPem }, 'SAH-6014', /carries the key/],
    [
      'signs-other-bytes',
      { signedFiles: (f) => f.map((x) => ({ ...x, sha256: '0'.repeat(64) })) },
      'SAH-5',
      /data\.csv/,
    ],
    [
      'signs-one-file-more',
      { signedFiles: (f) => [...f, { path: 'zzz.csv', sha256: '0'.repeat(64) }] },
      'SAH-5',
      /zzz\.csv/,
    ],
    [
      'signs-other-file',
      { signedFiles: () => [{ path: 'zzz.csv', sha256: '0'.repeat(64) }] },
      'SAH-5',
      /\.csv/,
    ],
    ['unsigned', { fingerprint: `0x${'0'.repeat(64)}` }, 'SAH-6014', /0x0000/],
    ['no-signature', { without: 'provenance/model.sig' }, 'SAH-6014', /model\.sig/],
    ['no-card', { without: 'sahara.json' }, 'SAH-6014', /sahara\.json/],
    ['no-key', { without: 'keys/publisher.pem' }, 'SAH-6014', /publisher\.pem/],
    ['wrong-name', { card: { name: 'penguins' } }, 'SAH-6014', /penguins/],
    ['wrong-kind', { card: { kind: 'model' } }, 'SAH-6014', /describes/],
    ['wrong-publisher', { card: { publisher: hand } }, 'SAH-6014', /publisher/],
    [
      'wrong-content',
      {
        card: { content: { cid: 'bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi', files: [] } },
      },
      'SAH-6014',
      /content/,
    ],
    [
      'invented-parent',
      {
        card: {
          relations: [{ type: 'TRAINED_ON', asset: 'penguins@1', versionId: '1', cid: '', royaltyBps: 0 }],
        },
      },
      'SAH-6014',
      /relations/,
    ],
    ['not-json', { card: { toJSON: () => 'text' } }, 'SAH-6014', /sahara\.json/],
    [
      'other-contributors',
      { contributors: { file: `account,weight\n${hand},7\n`, rows: [{ account: LABELER, weight: 7n }] } },
      'SAH-6014',
      /contributors/,
    ],
  ])('%s fails verification', async ([name, forgery, code, says]) => {
    await publishBadly(name, forgery);
    const answer = await world.envelope(['asset', 'verify', name]);
    expect({ exit: answer.exit, kind: answer.error?.kind, code: answer.error?.code }).toMatchObject({
      exit: 7,
      kind: 'verification',
    });
    expect(answer.error?.code).toMatch(new RegExp(`^${code}`));
    expect(answer.error?.message).toMatch(says);
  });

  test('a failed verification has the same exit code and code in text', async () => {
    await world.refused(['asset', 'verify', 'wrong-name'], {
      code: 'SAH-6014',
      exit: 7,
      says: /wrong-name@1/,
    });
  });
});

describe('a key that was revoked', () => {
  test('what it signed before still verifies, with a warning', async () => {
    smallDataset(world, 'before');
    await world.json(['publish', 'before', '--account', 'trainer']);
    const trainer = await as(curator, 'trainer');
    const { fingerprint } = await ensureDocumentKey(trainer);
    await transact(trainer.chain, trainer.signer, {
      contract: 'PublisherKeys',
      call: 'revoke',
      args: [fingerprint],
    });
    const verified = await world.envelope(['asset', 'verify', 'before']);
    expect(verified).toMatchObject({ ok: true, exit: 0 });
    expect(verified.warnings.join()).toMatch(/revoked/);
  });

  test('signs nothing any more: the chain refuses it, and nothing is registered', async () => {
    smallDataset(world, 'after');
    const answer = await world.envelope(['publish', 'after', '--account', 'trainer']);
    expect(answer).toMatchObject({ ok: false });
    expect(answer.error?.message).toMatch(/revoked/i);
    expect((await world.json<{ name: string }[]>(['asset', 'list'])).map((a) => a.name)).not.toContain(
      'after',
    );
  });
});
