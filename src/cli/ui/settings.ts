import { homedir } from 'node:os';
import { relative, sep } from 'node:path';
import { type LoadedConfig, networkText, type Project, remoteText, SETTINGS } from '../../config/index.ts';
import { safe, table } from './text.ts';

/** Every setting with its value; with `origins` also where it comes from and what it stands before. */
export function settingsText(loaded: LoadedConfig, project: Project, origins: boolean): string {
  const from = (origin: string) => safe(shortPath(origin, project));
  const { remotes, networks } = loaded.config;
  // Where remotes or networks are named, each is a line of its own.
  const named: Record<string, { path: string; env: string; about: string; value: string }[]> = {
    remotes: Object.entries(remotes).map(([name, remote]) => ({
      path: `remotes.${name}`,
      env: 'SAHARA_REMOTES',
      about: 'a content store for --remote',
      value: remoteText(remote),
    })),
    networks: Object.entries(networks).map(([name, network]) => ({
      path: `networks.${name}`,
      env: 'SAHARA_NETWORKS',
      about: 'a chain besides the devnet',
      value: networkText(network),
    })),
  };
  const settings = SETTINGS.flatMap((s): { path: string; env: string; about: string; value?: string }[] => {
    const lines = named[s.path];
    if (lines === undefined) return [s];
    return lines.length > 0 ? lines : [{ path: s.path, env: s.env, about: s.about, value: '-' }];
  });
  const rows = settings.flatMap(({ path, env, about, value: told }) => {
    const value = shown(told ?? valueAt(loaded.config, path));
    if (!origins) return [[path, value, about]];
    const others = loaded.overridden[path] ?? [];
    return [
      [path, value, from(loaded.origins[path] ?? ''), env],
      ...others.map((o) => ['  instead of', shown(o.value), from(o.from), '']),
    ];
  });
  const head = origins ? ['setting', 'value', 'from', 'environment'] : ['setting', 'value', 'what it is'];
  return `project  ${safe(project.root)}\n\n${table(head, rows)}`;
}

const shown = (value: unknown) => safe(String(value ?? '-'));

function valueAt(config: object, path: string): unknown {
  return path.split('.').reduce<unknown>((at, key) => (at as Record<string, unknown>)?.[key], config);
}

/** A file of the project by its path in it, one of the user's with ~; flags and variables as they are. */
function shortPath(origin: string, { root }: Project): string {
  if (!origin.includes(sep)) return origin;
  const inside = relative(root, origin);
  if (!inside.startsWith('..')) return inside;
  const home = homedir();
  return origin.startsWith(`${home}${sep}`) ? `~${origin.slice(home.length)}` : origin;
}
