import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeFileAtomic } from '../base/atomic-file.ts';
import { canonicalJson, type Json } from '../base/canonical-json.ts';
import type { Address, Hex } from '../base/hex.ts';
import type { AssetKind } from '../chain/index.ts';
import { stateFolder } from '../config/index.ts';
import type { Dag, DagEntry, DagFile } from '../content/index.ts';
import type { Context } from '../context/index.ts';
import { type DocumentKey, sha256Hex, signModel } from '../provenance/index.ts';
import type { Manifest } from './manifest.ts';

/** Where things are in a release folder. */
export const RELEASE = {
  content: 'content',
  card: 'sahara.json',
  contributors: 'contributors.csv',
  signature: 'provenance/model.sig',
  key: 'keys/publisher.pem',
} as const;

/** A parent of the version being published, as it is fixed on chain. */
export type ParentLink = {
  type: string;
  /** "penguins@1" */
  asset: string;
  versionId: string;
  cid: string;
  royaltyBps: number;
};

/** What is said of a release beside its content; `sahara.json` in the release folder. */
export type ReleaseCard = {
  format: 'sahara-release/1';
  kind: AssetKind;
  name: string;
  description: string | null;
  publisher: Address;
  keyFingerprint: Hex;
  content: { cid: string; files: { path: string; size: number; sha256: string }[] };
  card: string | null;
  agent: { run: string } | null;
  relations: ParentLink[];
  contributors: { shareBps: number; count: number; totalWeight: string; root: Hex; file: string } | null;
  createdAt: string;
};

/**
 * What makes two publications of one publisher the same: the content and what is declared about it.
 * Signatures, times and terms on offer differ without making another version.
 */
export function publicationKey(
  manifest: Manifest,
  contentCid: string,
  parents: ParentLink[],
  contributors: ReleaseCard['contributors'],
): Hex {
  const declared = {
    format: 'sahara-publication/1',
    kind: manifest.kind,
    name: manifest.name,
    description: manifest.description,
    content: contentCid,
    card: manifest.card,
    agent: manifest.agent,
    relations: parents
      .map((p) => ({ type: p.type, version: p.versionId }))
      .sort((a, b) => (canonicalJson(a) < canonicalJson(b) ? -1 : 1)),
    contributors: contributors
      ? { shareBps: contributors.shareBps, root: contributors.root, totalWeight: contributors.totalWeight }
      : null,
  };
  return `0x${sha256Hex(Buffer.from(canonicalJson(declared as Json)))}`;
}

/**
 * The files of the release beside its content. A signature differs each time it is made, and with it the
 * address of the release: so what was signed once is kept, and a publication that is taken up again after a
 * failure is the same release. What is kept is named by all that it says but its time.
 */
export function releaseDocuments(
  { project, dryRun }: Pick<Context, 'project' | 'dryRun'>,
  key: DocumentKey,
  card: ReleaseCard,
  content: Dag<DagFile>,
  contributorsCsv: Uint8Array | null,
): DagEntry[] {
  const said = canonicalJson({ ...card, createdAt: '' } as unknown as Json);
  const place = ['releases', sha256Hex(said)];
  const kept = dryRun ? join(project.stateDir, ...place) : stateFolder(project.stateDir, place);
  const keep = (name: string, make: () => string): DagEntry => {
    const path = join(kept, name.replaceAll('/', '-'));
    if (!existsSync(path)) {
      const made = make();
      if (dryRun) return { path: name, bytes: Buffer.from(made) };
      writeFileAtomic(path, made);
    }
    return { path: name, bytes: readFileSync(path) };
  };
  const sign = () =>
    JSON.stringify(
      signModel({
        folderName: RELEASE.content,
        files: content.files.map((f) => ({ path: f.path, sha256: f.sha256.slice(2) })),
        privatePem: key.privatePem,
        publicPem: key.publicPem,
      }),
    );
  return [
    keep(RELEASE.card, () => `${JSON.stringify(card, null, 2)}\n`),
    keep(RELEASE.signature, sign),
    { path: RELEASE.key, bytes: Buffer.from(key.publicPem) },
    ...(contributorsCsv === null ? [] : [{ path: RELEASE.contributors, bytes: contributorsCsv }]),
  ];
}
