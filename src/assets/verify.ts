import { createReadStream, existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SaharaError } from '../base/errors.ts';
import type { Hex } from '../base/hex.ts';
import { read, readRelations, readVersion, resolveAsset, type VersionRecord } from '../chain/index.ts';
import { cidOfDigest } from '../content/index.ts';
import type { Context } from '../context/index.ts';
import { relationOfId } from '../licensing/rights.ts';
import { keyFingerprint, verifyModel } from '../provenance/index.ts';
import { readCommitment, readContributorTable, registeredTree } from '../revenue/index.ts';
import { versionLabel } from './naming.ts';
import { RELEASE, type ReleaseCard } from './release.ts';

export type Check = {
  /** What was checked. */
  check: string;
  /** What was found to hold. */
  detail: string;
};
export type Verified = {
  asset: string;
  cid: string;
  contentCid: string;
  signedBy: Hex;
  checks: Check[];
  warnings: string[];
};

const MAX_DOCUMENT_BYTES = 64 * 1024 * 1024;

/**
 * Checks a version as a stranger would: fetches every block again and checks it against its address, the
 * signature against the files, the key against the chain, and what the release says against what the chain
 * says.
 *
 * @throws RELEASE_MISMATCH, CONTENT_NOT_FOUND, CONTENT_CORRUPT, SIGNATURE_INVALID, DIGEST_MISMATCH, FILE_MISSING,
 *   FILE_EXTRA, BUNDLE_MALFORMED, KEY_MISMATCH, ASSET_UNKNOWN
 */
export async function verifyAsset(context: Context, ref: string): Promise<Verified> {
  const { chain, content, progress, signal } = context;
  const { asset, versionId } = await resolveAsset(chain, ref);
  const version = await readVersion(chain, versionId);
  const label = versionLabel(asset, version);
  const cid = cidOfDigest(version.releaseRoot);
  const contentCid = cidOfDigest(version.contentRoot);
  const checks: Check[] = [];
  const warnings: string[] = [];
  const pass = (check: string, detail: string) => {
    checks.push({ check, detail });
  };
  const expect = (holds: boolean, reason: string) => {
    if (!holds) throw new SaharaError('RELEASE_MISMATCH', { asset: label, reason });
  };

  const scratch = await mkdtemp(join(tmpdir(), 'sahara-verify-'));
  try {
    const folder = join(scratch, 'release');
    const { files } = await content.fetchTo(cid, folder, { progress, signal });
    pass('blocks', `${files.length} files fetched, every block matches its address`);

    const top = await content.list(cid, '', { signal });
    const found = top.find((e) => e.name === RELEASE.content)?.cid;
    expect(found === contentCid, `its content is ${found ?? 'missing'}, and ${contentCid} is registered`);
    pass('content', `the content folder is ${contentCid}`);

    for (const name of [RELEASE.card, RELEASE.signature, RELEASE.key])
      expect(existsSync(join(folder, name)), `it has no ${name}`);
    const publicPem = await readFile(join(folder, RELEASE.key), 'utf8');
    const fingerprint = fingerprintOf(publicPem, (reason) => expect(false, reason));
    expect(
      fingerprint === version.keyFingerprint,
      `it carries the key ${fingerprint}, and ${version.keyFingerprint} is registered`,
    );
    const revoked = await checkKey(context, version, expect);
    if (revoked) warnings.push(revoked);
    pass('key', `${fingerprint} belongs to the publisher ${version.publisher}`);

    const prefix = `${RELEASE.content}/`;
    const signed = files
      .filter((f) => f.path.startsWith(prefix))
      .map((f) => ({ path: f.path.slice(prefix.length), sha256: f.sha256.slice(2) }));
    const bundle = parseJson(
      await readFile(join(folder, RELEASE.signature), 'utf8'),
      RELEASE.signature,
      expect,
    );
    const verified = verifyModel(bundle, { files: signed, publicPem });
    pass('signature', `OpenSSF model signature over ${verified.fileCount} files holds`);

    const card = parseJson(
      await readFile(join(folder, RELEASE.card), 'utf8'),
      RELEASE.card,
      expect,
    ) as ReleaseCard;
    await checkCard(context, version, asset.kind, asset.name, card, contentCid, expect);
    pass('record', 'kind, name, publisher, content and relations are those on chain');
    pass('contributors', await checkContributors(context, version, folder, expect));
    return { asset: label, cid, contentCid, signedBy: fingerprint, checks, warnings };
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

type Expect = (holds: boolean, reason: string) => void;

function fingerprintOf(pem: string, fail: (reason: string) => void): Hex {
  try {
    return keyFingerprint(pem);
  } catch {
    fail(`${RELEASE.key} is no P-256 key`);
    return '0x';
  }
}

/** A key revoked before the version was made signs nothing; revoked afterwards, what it signed before still counts. */
async function checkKey(
  { chain }: Context,
  version: VersionRecord,
  expect: Expect,
): Promise<string | undefined> {
  const [publisher, , revokedAt] = await read(chain, 'PublisherKeys', 'key', [version.keyFingerprint]);
  expect(publisher === version.publisher, `the key belongs to ${publisher}, not to the publisher`);
  expect(
    revokedAt === 0 || revokedAt >= version.createdAt,
    'its key had been revoked before it was published',
  );
  return revokedAt === 0
    ? undefined
    : 'the key has been revoked since; signatures made before that still count';
}

async function checkCard(
  { chain }: Context,
  version: VersionRecord,
  kind: string,
  name: string,
  card: ReleaseCard,
  contentCid: string,
  expect: Expect,
): Promise<void> {
  expect(card.kind === kind && card.name === name, `${RELEASE.card} describes ${card.kind} ${card.name}`);
  expect(card.publisher === version.publisher, `${RELEASE.card} names another publisher`);
  expect(card.content?.cid === contentCid, `${RELEASE.card} names another content`);
  const stated = (card.relations ?? []).map((r) => `${r.type} ${r.versionId} ${r.royaltyBps}`).sort();
  const registered = (await readRelations(chain, version.id))
    .map((r) => `${relationOfId(r.relation)} ${r.parentVersion} ${r.royaltyBps}`)
    .sort();
  expect(stated.join() === registered.join(), `${RELEASE.card} names other relations than the chain`);
  const [shareBps, count, weight, root] = await read(chain, 'RevenueVault', 'contributors', [version.id]);
  const split = card.contributors;
  const same =
    split?.shareBps === shareBps &&
    split.count === count &&
    split.totalWeight === `${weight}` &&
    split.root === root;
  expect(count === 0 ? !split : same, `${RELEASE.card} names another share for contributors than the chain`);
}

/** Rebuilds the contributors' tree from the published file: its root and total must be those on chain. */
async function checkContributors(
  { chain }: Context,
  version: VersionRecord,
  folder: string,
  expect: Expect,
): Promise<string> {
  const commitment = await readCommitment(chain, version.id);
  const file = join(folder, RELEASE.contributors);
  const { count } = commitment;
  if (count === 0) {
    expect(!existsSync(file), `it has a ${RELEASE.contributors}, and no contributors are registered`);
    return 'none are registered';
  }
  expect(existsSync(file), `it has no ${RELEASE.contributors}`);
  const options = { file: RELEASE.contributors, limit: count };
  const table = await readContributorTable(createReadStream(file), options);
  expect(registeredTree(table, commitment) !== null, 'its contributors are not those registered');
  return `${count} contributors, their tree has the registered root and total`;
}

function parseJson(text: string, name: string, expect: Expect): unknown {
  expect(text.length <= MAX_DOCUMENT_BYTES, `${name} is too large`);
  try {
    return JSON.parse(text);
  } catch {
    expect(false, `${name} is not JSON`);
    return undefined;
  }
}
