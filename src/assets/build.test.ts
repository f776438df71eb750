import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { SigningContext } from '../context/index.ts';
import { build } from './build.ts';

const dir = mkdtempSync(join(tmpdir(), 'sahara-build-'));
afterAll(() => rmSync(dir, { recursive: true }));

test('an asset without a build step is not built, and what to do instead works in its folder', async () => {
  writeFileSync(join(dir, 'sahara.yaml'), 'kind: dataset\nname: mine\n');
  // Nothing of the context is needed to see that.
  await expect(build({} as SigningContext, dir)).rejects.toMatchObject({
    id: 'BUILD_NONE',
    kind: 'usage',
    message: expect.stringContaining('sahara.yaml has no build step'),
    next: [{ command: `sahara publish ${dir} --dry-run` }, { command: `sahara publish ${dir}` }],
  });
});
