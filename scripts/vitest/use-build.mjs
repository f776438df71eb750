// Tests that start processes of ours take them from dist/ where that is current: from the sources a start takes four
// times as long, as each file is stripped of its types.
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isBuilt } from '../freshness.mjs';

export default function useBuild() {
  const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
  if (isBuilt(root)) process.env.SAHARA_TEST_DIST = join(root, 'dist');
  else delete process.env.SAHARA_TEST_DIST;
}
