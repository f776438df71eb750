import { findProject } from '../../src/config/index.ts';
import { type Context, openContext, openSigner, type SigningContext } from '../../src/context/index.ts';
import { liveDevnet } from '../../src/devnet/index.ts';
import type { World } from './support.ts';

/** A context in this process, for what no command does; with nothing of the developer's environment. */
export async function openScripted(world: World): Promise<Context> {
  for (const name of Object.keys(process.env)) if (name.startsWith('SAHARA_')) delete process.env[name];
  process.env['XDG_CONFIG_HOME'] = `${world.dir}/xdg`;
  const project = findProject(world.project);
  const live = liveDevnet(project.stateDir);
  return openContext({ project: project.root, ...(live ? { live } : {}) });
}

export async function as(context: Context, account: string): Promise<SigningContext> {
  return { ...context, signer: await openSigner(account) };
}

/** The folder of a small dataset; `manifest` is added to it. */
export function smallDataset(
  world: World,
  name: string,
  files: Record<string, string> = {},
  manifest = '',
): string {
  world.write(`${name}/sahara.yaml`, `kind: dataset\nname: ${name}\n${manifest}`);
  for (const [path, text] of Object.entries({
    'data.csv': `letter,count\na,1\nb,${name.length}\n`,
    ...files,
  }))
    world.write(`${name}/content/${path}`, text);
  return name;
}

/** Free terms that let anybody train. */
export const FREE = 'terms:\n  - rights: [ACCESS, TRAIN]\n    royalty: 5%\n    text: MIT\n';
