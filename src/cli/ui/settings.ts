import { homedir } from 'node:os';
import { relative, sep } from 'node:path';
import { type LoadedConfig, type Project, remoteText, SETTINGS } from '../../config/index.ts';
import { safe, table } from './text.ts';

/** Every setting with its value; with `origins` also where it comes from and what it stands before. */
export function settingsText(loaded: LoadedConfig, project: Project, origins: boolean): string {
  const from = (origin: string) => safe(shortPath(origin, project));
  // Where remotes are named, each is a line of its own.
  const remotes = Object.keys(loaded.config.remotes).map((name) => ({
    path: `remotes.${name}`,
    env: 'SAHARA_REMOTES',
    about: 'a content store for --remote',
  }));
  const settings = SETTINGS.flatMap((s) => (s.path === 'remotes' && remotes.length > 0 ? remotes : [s]));
  const rows = settings.flatMap(({ path, env, about }) => {
    const remote = loaded.config.remotes[path.replace(/^remotes\./, '')];
    const value = shown(
      path.startsWith('remotes') ? remote && remoteText(remote) : valueAt(loaded.config, path),
    );
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
