// End-to-end tests run what users run: dist/. A stale one would test yesterday's code.
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isBuilt } from '../freshness.mjs';

export default function requireBuild() {
  const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
  if (!isBuilt(root)) throw new Error('dist/ is missing or older than the sources. Run: npm run build');
}
