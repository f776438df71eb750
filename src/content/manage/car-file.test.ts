import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SaharaError } from '../../base/errors.ts';
import { type RunningNode, startNode, tempDir } from '../testing/node.ts';
import { type ContentAccess, openContent } from './access.ts';
import { checkCar } from './car-check.ts';
import { exportContent } from './car-file.ts';
import { addPath } from './content.ts';

const dir = tempDir('car-file');
let node: RunningNode;
let access: ContentAccess;
let cid: string;

beforeAll(async () => {
  node = await startNode(join(dir.path, 'repo'));
  access = openContent({ api: node.api });
  writeFileSync(join(dir.path, 'big.bin'), randomBytes(5_000_000));
  ({ cid } = await addPath(access, join(dir.path, 'big.bin')));
});
afterAll(async () => {
  access.close();
  await node.stop();
  dir.remove();
});

const at = (name: string) => join(dir.path, name);
const drafts = () => readdirSync(dir.path).filter((name) => name.includes('.part'));

/** The node, of which a later block is not what it should be. */
function lying(): ContentAccess {
  return {
    ...access,
    blocks: (signal) => {
      const get = access.blocks(signal);
      let served = 0;
      return async (block) => {
        if (++served > 3)
          throw new SaharaError('CONTENT_CORRUPT', {
            cid: `${block}`,
            reason: 'its bytes have another hash',
          });
        return await get(block);
      };
    },
  };
}

describe('an export that fails in the middle', () => {
  test('leaves nothing', async () => {
    await expect(exportContent(lying(), cid, at('lie.car'))).rejects.toMatchObject({ id: 'CONTENT_CORRUPT' });
    expect(readdirSync(dir.path)).not.toContain('lie.car');
    expect(drafts()).toEqual([]);
  });

  test('leaves the file that it was to replace', async () => {
    writeFileSync(at('old.car'), 'old');
    await expect(exportContent(lying(), cid, at('old.car'), { force: true })).rejects.toMatchObject({
      id: 'CONTENT_CORRUPT',
    });
    expect(readFileSync(at('old.car'), 'utf8')).toBe('old');
    expect(drafts()).toEqual([]);
  });

  test('or is interrupted, likewise', async () => {
    const controller = new AbortController();
    const progress = { start() {}, done() {}, advance: () => controller.abort(new Error('enough')) };
    await expect(
      exportContent(access, cid, at('cut.car'), { signal: controller.signal, progress }),
    ).rejects.toThrow('enough');
    expect(readdirSync(dir.path)).not.toContain('cut.car');
    expect(drafts()).toEqual([]);
  });
});

test('of several exports to one file one wins, and it is whole', async () => {
  const results = await Promise.allSettled([1, 2, 3].map(() => exportContent(access, cid, at('race.car'))));
  expect(results.map((r) => r.status).toSorted()).toEqual(['fulfilled', 'rejected', 'rejected']);
  for (const result of results)
    if (result.status === 'rejected')
      expect(result.reason).toMatchObject({ id: 'CONTENT_DESTINATION_EXISTS' });
  expect((await checkCar(at('race.car'))).roots.map(String)).toEqual([cid]);
  expect(drafts()).toEqual([]);
});
