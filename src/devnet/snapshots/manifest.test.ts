import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { genesisDigest } from '../durability/plan.ts';
import { isLocalPath } from './local-state.ts';
import { assertOurs, manifestText, parseManifest } from './manifest.ts';
import type { SnapshotManifest } from './types.ts';

const hash = `0x${'ab'.repeat(32)}` as const;
const file = (path: string) => ({ path, bytes: 3, sha256: 'cd'.repeat(32) });
const MANIFEST: SnapshotManifest = {
  format: 1,
  name: 'one',
  id: '0123456789abcdef',
  createdAt: '2026-01-01T00:00:00.000Z',
  chain: {
    id: 31337,
    genesisSha256: genesisDigest(),
    genesisHash: hash,
    firstBlock: hash,
    head: { number: 1, hash, time: 5 },
    mining: { automine: true, intervalSeconds: null },
  },
  content: { kind: 'embedded', mark: null },
  counts: { assets: 0, pins: 0, localFiles: 0 },
  files: [file('chain-state.json'), file('pins.json'), file(`local/releases/${'0'.repeat(64)}/sahara.json`)],
};
const thrown = (act: () => unknown): unknown => {
  try {
    return act();
  } catch (error) {
    return error;
  }
};

describe('a manifest', () => {
  test('is read as it was written', () => {
    expect(parseManifest(manifestText(MANIFEST), 'one')).toEqual(MANIFEST);
  });

  test('of which one letter is another is damaged', () => {
    const text = manifestText(MANIFEST);
    for (let at = 0; at < text.length; at += 7) {
      const other = text.slice(0, at) + (text[at] === '7' ? '8' : '7') + text.slice(at + 1);
      const found = thrown(() => parseManifest(other, 'one'));
      // White space says nothing.
      if (/\s/.test(text[at] ?? '') && !(found instanceof Error)) expect(found).toEqual(MANIFEST);
      else expect(found, `at ${at}: ${text.slice(at - 20, at + 20)}`).toMatchObject({ name: 'SaharaError' });
    }
  });

  test('with a path that leads elsewhere is refused, whatever its checksum', () => {
    for (const path of [
      '../evil',
      '/etc/passwd',
      'local/../../evil',
      'local/keys/../../evil.pem',
      `local/releases/${'0'.repeat(64)}/..`,
      `local/releases/${'0'.repeat(64)}/../x`,
      'local/releases/x/y',
      'local\\keys\\a.pem',
      'local/keys/a.pem\0',
      'manifest.json',
      '.gitignore',
      'content.car',
      'local/batch/x.ndjson',
    ]) {
      expect(isLocalPath(path), path).toBe(false);
      const text = manifestText({ ...MANIFEST, files: [...MANIFEST.files, file(path)] });
      expect(
        thrown(() => parseManifest(text, 'one')),
        path,
      ).toMatchObject({ id: 'SNAPSHOT_DAMAGED' });
    }
  });

  test('that lacks something, or has it twice, is refused', () => {
    const bad: unknown[] = [
      null,
      [],
      'text',
      { ...MANIFEST, chain: null },
      { ...MANIFEST, chain: { ...MANIFEST.chain, head: { number: -1, hash, time: 5 } } },
      { ...MANIFEST, files: [] },
      { ...MANIFEST, files: [...MANIFEST.files, file('pins.json')] },
      { ...MANIFEST, files: [null] },
      { ...MANIFEST, id: '../../..' },
    ];
    for (const said of bad) {
      const sha256 = createHash('sha256').update(JSON.stringify(said)).digest('hex');
      const text =
        typeof said === 'object' && said !== null
          ? JSON.stringify({ ...said, sha256 })
          : JSON.stringify(said);
      expect(
        thrown(() => parseManifest(text, 'one')),
        text,
      ).toMatchObject({ id: 'SNAPSHOT_DAMAGED' });
    }
  });

  test('of another version, chain or genesis is foreign', () => {
    expect(thrown(() => parseManifest(manifestText({ ...MANIFEST, format: 2 }), 'one'))).toMatchObject({
      id: 'SNAPSHOT_FOREIGN',
      params: { what: 'the format', found: '2' },
    });
    const { chain } = MANIFEST;
    expect(thrown(() => assertOurs({ ...MANIFEST, chain: { ...chain, id: 1 } }))).toMatchObject({
      params: { what: 'the chain id' },
    });
    expect(
      thrown(() => assertOurs({ ...MANIFEST, chain: { ...chain, genesisSha256: '0'.repeat(64) } })),
    ).toMatchObject({ params: { what: 'the genesis' } });
    assertOurs(MANIFEST);
  });
});
