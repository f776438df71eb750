import { cpSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll } from 'vitest';
import { provenanceErrors } from '../../src/base/errors-table/provenance.ts';
import { createDocumentKey, sha256Hex, signModel, verifyModel } from '../../src/provenance/index.ts';
import { smallDataset } from '../e2e/scripted.ts';
import { createWorld } from '../e2e/support.ts';
import { type Provocation, provokeEach } from './provoke.ts';

const world = await createWorld('errors-provenance');
const keys = join(world.project, '.sahara/keys');
const key = createDocumentKey();
const files = ['a.csv', 'b.csv'].map((path) => ({ path, sha256: sha256Hex(path) }));
const sign = (by = key) => signModel({ folderName: 'letters', files, ...by });
const verify = (bundle: unknown, over = files, publicPem = key.publicPem) =>
  verifyModel(bundle, { files: over, publicPem });

beforeAll(async () => {
  await world.startDevnet();
  smallDataset(world, 'letters');
});

/** What `asset verify` meets when a release was tampered with is checked by these functions. */
provokeEach(world, provenanceErrors, {
  DOCUMENT_KEY_MALFORMED: {
    run: ['publish', 'letters'],
    given: () => {
      const file = world.write('.sahara/keys/curator.p256.pem', 'no key');
      return () => rmSync(file);
    },
    says: /curator\.p256\.pem/,
  },
  DOCUMENT_KEY_UNWRITABLE: {
    run: ['publish', 'letters'],
    given: () => {
      const link = join(keys, 'curator.p256.pem');
      symlinkSync(join(world.project, 'nowhere/at/all'), link);
      return () => rmSync(link);
    },
    says: /curator\.p256\.pem/,
  },
  DOCUMENT_KEY_REVOKED: {
    run: ['publish', 'letters', '--account', 'labeler'],
    given: async () => {
      await world.json(['key', 'rotate', '--account', 'labeler']);
      await world.json(['key', 'revoke', 'current', '--account', 'labeler', '--yes']);
    },
    says: /labeler, 0x[0-9a-f]{64}, has been revoked/,
  },
  DOCUMENT_KEY_TAKEN: {
    run: ['publish', 'letters', '--account', 'labeler-2'],
    given: async () => {
      await world.json(['key', 'rotate', '--account', 'labeler-3']);
      cpSync(join(keys, 'labeler-3.p256.pem'), join(keys, 'labeler-2.p256.pem'));
    },
    says: /is bound to labeler-3/,
  },
  DOCUMENT_KEY_UNKNOWN: { run: ['key', 'revoke', 'deadbeef'], says: /curator .*"deadbeef"/ },
  SIGNING_INPUT_INVALID: {
    call: () => signModel({ folderName: 'letters', files: [...files, ...files], ...key }),
    says: /"a\.csv".*twice/,
  },
  PUBLIC_KEY_MALFORMED: { call: () => verify(sign(), files, 'no key') },
  BUNDLE_MALFORMED: { call: () => verify({ mediaType: 'text/plain' }) },
  KEY_MISMATCH: { call: () => verify(sign(createDocumentKey())) },
  SIGNATURE_INVALID: {
    call: () => {
      const { verificationMaterial } = sign();
      return verify({ ...sign(createDocumentKey()), verificationMaterial });
    },
  },
  DIGEST_MISMATCH: {
    call: () =>
      verify(
        sign(),
        files.map((f) => ({ ...f, sha256: sha256Hex('other') })),
      ),
    says: /a\.csv has sha256 .* \(and 1 more differ\)/,
  },
  FILE_MISSING: { call: () => verify(sign(), files.slice(0, 1)), says: /b\.csv/ },
  FILE_EXTRA: {
    call: () => verify(sign(), [...files, { path: 'c.csv', sha256: sha256Hex('c') }]),
    says: /c\.csv/,
  },
} satisfies Record<keyof typeof provenanceErrors, Provocation>);
