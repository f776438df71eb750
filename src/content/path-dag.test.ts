import { execFileSync } from 'node:child_process';
import { hash } from 'node:crypto';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { buildDag } from './dag.ts';
import { buildPathDag } from './path-dag.ts';
import { collect } from './testing/collect.ts';
import { tempDir } from './testing/node.ts';

let temp: ReturnType<typeof tempDir>;
beforeEach(() => {
  temp = tempDir('path-dag');
});
afterEach(() => temp.remove());
const at = (...parts: string[]) => join(temp.path, ...parts);
const MIB = 1024 * 1024;

describe('buildPathDag', () => {
  it('gives one small file its own address: the raw leaf', async () => {
    writeFileSync(at('f'), 'hello world');
    const dag = await buildPathDag(at('f'));
    expect(dag).toMatchObject({
      root: 'bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e',
      rootDigest: `0x${hash('sha256', 'hello world')}`,
      single: true,
      hidden: [],
      size: 11,
      blockCount: 1,
      files: [{ path: 'f', size: 11, cid: 'bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e' }],
    });
    expect(dag.folders.size).toBe(0);
    const blocks = await collect(dag.blocks());
    expect(blocks.map((b) => b.cid.toString())).toEqual([dag.root]);
    expect(Buffer.concat(await collect(dag.car())).length).toBe(dag.carSize);
  });

  it('gives a large file, an empty one and a hidden one the address they have in a folder', async () => {
    writeFileSync(at('large'), Buffer.alloc(2 * MIB + 5, 'l'));
    writeFileSync(at('empty'), '');
    writeFileSync(at('.hidden'), 'x');
    for (const name of ['large', 'empty', '.hidden']) {
      const inFolder = await buildDag([{ path: name, file: at(name) }]);
      const dag = await buildPathDag(at(name));
      expect(dag.root).toBe(inFolder.files[0]?.cid);
      expect(dag.files).toEqual(inFolder.files.map(({ sha256: _, ...file }) => file));
      expect(dag.blockCount).toBe(inFolder.blockCount - 1);
    }
  });

  it('gives a folder the address of what it holds, and lists what is left out', async () => {
    mkdirSync(at('d/void'), { recursive: true });
    writeFileSync(at('d/a'), 'a');
    writeFileSync(at('d/.env'), 'secret');
    const dag = await buildPathDag(at('d'));
    const expected = await buildDag([
      { path: 'a', bytes: Buffer.from('a') },
      { path: 'void', emptyFolder: true },
    ]);
    expect(dag.root).toBe(expected.root);
    expect(dag).toMatchObject({ single: false, hidden: ['.env'] });
    expect([...dag.folders]).toEqual([...expected.folders]);
  });

  it('gives the empty folder its published address', async () => {
    const dag = await buildPathDag(temp.path);
    expect(dag.root).toBe('bafybeiczsscdsbs7ffqz55asqdf3smv6klcw3gofszvwlyarci47bgf354');
    expect(dag).toMatchObject({ single: false, files: [], size: 0, blockCount: 1 });
  });

  it('refuses what is not there, links, pipes, and names that no store holds', async () => {
    const refuses = (path: string, id: string) =>
      expect(buildPathDag(path)).rejects.toMatchObject({ name: 'SaharaError', id });
    await refuses(at('none'), 'CONTENT_PATH_MISSING');
    writeFileSync(at('f'), 'f');
    await refuses(at('f/x'), 'CONTENT_PATH_MISSING');
    symlinkSync(at('f'), at('link'));
    symlinkSync(temp.path, at('folder-link'));
    await refuses(at('link'), 'CONTENT_SYMLINK');
    await refuses(at('folder-link'), 'CONTENT_SYMLINK');
    execFileSync('mkfifo', [at('pipe')]);
    await refuses(at('pipe'), 'CONTENT_NOT_REGULAR');
    writeFileSync(at('a\\b'), 'x');
    await refuses(at('a\\b'), 'CONTENT_NAME_BAD');
  });
});
