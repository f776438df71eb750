import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { afterAll } from 'vitest';
import { type BuildResult, runBuild } from '../../src/execution/index.ts';

export const TEMPLATES = join(import.meta.dirname, '../../templates');
export const DATASET = join(TEMPLATES, 'dataset/content');
export const CID = 'bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi';

const folders: string[] = [];

/** A temporary folder that is gone after the tests of the file. */
export async function temporary(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'sahara-templates-'));
  folders.push(folder);
  return folder;
}

afterAll(() => Promise.all(folders.splice(0).map((folder) => rm(folder, { recursive: true, force: true }))));

/** A template as `sahara new` copies it, outside of the checkout, so that nothing resolves by accident. */
export async function scaffold(template: string, names: Record<string, string>): Promise<string> {
  const dir = join(await temporary(), 'project');
  await cp(join(TEMPLATES, template), dir, { recursive: true });
  for (const entry of await readdir(dir, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !['.ts', '.md', '.yaml', '.csv', '.json'].includes(extname(entry.name))) continue;
    const path = join(entry.parentPath, entry.name);
    const text = await readFile(path, 'utf8');
    await writeFile(
      path,
      text.replace(/\{\{(\w+)\}\}/g, (whole, name: string) => names[name] ?? whole),
    );
  }
  return dir;
}

/** A model project trained on a folder's CSV; `settings` go over those of train.config.json, `output` gets its lines. */
export async function trained(
  dataset: string,
  settings: Record<string, unknown> = {},
  output: string[] = [],
): Promise<{ dir: string; content: string; build: BuildResult; output: string[] }> {
  const dir = await scaffold('model', { name: 'penguin-classifier', dataset: 'penguins' });
  const config = join(dir, 'train.config.json');
  await writeFile(config, JSON.stringify({ ...JSON.parse(await readFile(config, 'utf8')), ...settings }));
  const build = await runBuild({
    dir,
    script: 'train.ts',
    name: 'penguin-classifier',
    inputs: [{ relation: 'TRAINED_ON', asset: 'penguins', version: 1, cid: CID, path: dataset }],
    onOutput: (line) => output.push(line),
  });
  return { dir, content: join(dir, 'content'), build, output };
}
