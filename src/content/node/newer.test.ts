import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { openNode } from './node.ts';

const base = mkdtempSync(join(tmpdir(), 'sahara-newer-'));
afterAll(() => rmSync(base, { recursive: true }));
let dir: string;
beforeEach(async () => {
  dir = mkdtempSync(join(base, 'repo-'));
  await (await open()).close();
});
const open = () => openNode(dir, () => {});

describe('a store that a newer version wrote is refused, and left as it is', () => {
  test('by a record of another kind, which would be cut off as the end of a torn write', async () => {
    mkdirSync(join(dir, 'packs'), { recursive: true });
    const pack = join(dir, 'packs', '000001.pack');
    writeFileSync(pack, 'SPK2 and what only that version can read');
    await expect(open()).rejects.toMatchObject({
      id: 'STATE_TOO_NEW',
      params: { path: pack, format: 'SPK2' },
    });
    expect(readFileSync(pack, 'latin1')).toMatch(/^SPK2 and what/);
    // The same bytes with no such mark are the end of a write that nobody was told of.
    writeFileSync(pack, 'SPKx and what nobody can read');
    await (await open()).close();
    expect(readFileSync(pack)).toHaveLength(0);
  });

  test('by a kind of pin', async () => {
    const line = '{"keep":"bafy","until":5}';
    appendFileSync(join(dir, 'pins.log'), `${crc32(line).toString(16).padStart(8, '0')} ${line}\n`);
    await expect(open()).rejects.toMatchObject({
      id: 'STATE_TOO_NEW',
      params: { path: join(dir, 'pins.log') },
    });
  });
});

test('an identity that is damaged is named', async () => {
  writeFileSync(join(dir, 'identity.pem'), '-----BEGIN');
  await expect(open()).rejects.toThrow(/identity\.pem is no key; once it is removed/);
  rmSync(join(dir, 'identity.pem'));
  await (await open()).close();
});
