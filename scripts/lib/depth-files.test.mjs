import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { depthFiles } from './depth-files.mjs';

test('what is run at depth asks for it, by itself or by a helper, and not by what it tests', () => {
  const root = mkdtempSync(join(tmpdir(), 'sahara-depth-'));
  try {
    const files = {
      'test/e2e/loop.test.ts': "const deep = process.env['SAHARA_DEPTH'] === 'deep';",
      'test/e2e/by-helper.test.ts': "import { rounds } from './rounds.ts';",
      'test/e2e/rounds.ts': "import { depth } from '../depth.ts';",
      'test/depth.ts': "export const depth = process.env['SAHARA_DEPTH'];",
      'test/e2e/plain.test.ts':
        "import { known } from '../../src/known.ts'; import { other } from './other.ts';",
      'test/e2e/other.ts': "import { plain } from './plain.test.ts';",
      'src/known.ts': "export const known = ['SAHARA_DEPTH'];",
      'src/a.test.ts': "import fc from 'fast-check';",
      'src/b.test.ts': "import { a } from './a.ts';",
    };
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), text);
    }
    expect(depthFiles(root, 'e2e')).toEqual(['test/e2e/by-helper.test.ts', 'test/e2e/loop.test.ts']);
    expect(depthFiles(root, 'unit')).toEqual(['src/a.test.ts']);
  } finally {
    rmSync(root, { recursive: true });
  }
});
