import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { SaharaError } from '../base/errors.ts';
import {
  DEVNET_NETWORK,
  findNetwork,
  flattenNetworks,
  type NetworkSettings,
  networkText,
} from './networks.ts';
import { CONFIG_FILES, type Project, packageConfig } from './project.ts';
import { type RemoteSettings, remoteText } from './remotes.ts';
import { type Config, checked, flatten, flattenRemotes, SETTINGS } from './schema.ts';

export type LoadedConfig = {
  /** The settings that hold. */
  config: Config;
  /** Where each setting came from: a flag ("--account"), an environment variable, a file by its path, or "default". */
  origins: Record<string, string>;
  /** What stands in other sources and does not hold, strongest first; only settings that have such. */
  overridden: Record<string, SetValue[]>;
};

export type SetValue = {
  /** As in `origins`. */
  from: string;
  /** Of a remote, what it comes to in words. */
  value: string | number;
};

/** Settings that flags of the command line give, by the path of the setting. */
export type FlagSettings = Record<string, { flag: string; value: string | number | undefined }>;

/**
 * Merges the sources: flags over environment over project file over user file over defaults.
 *
 * @throws CONFIG_UNREADABLE, CONFIG_UNKNOWN_KEY, CONFIG_INVALID
 */
export async function loadConfig(
  project: Project,
  env: NodeJS.ProcessEnv,
  flags: FlagSettings = {},
): Promise<LoadedConfig> {
  /** What each source sets of each setting, strongest last. */
  const layers = new Map<string, Entry[]>(SETTINGS.filter((s) => !NAMED[s.path]).map((s) => [s.path, []]));
  /** How many sources were applied before: what comes later is stronger. */
  let strength = 0;
  const apply = (path: string, value: unknown, from: string) => {
    const layer = layers.get(path) ?? [];
    layer.push({ from, value, strength });
    layers.set(path, layer);
  };

  for (const folder of [userFolder(env), project.root]) {
    strength += 1;
    const file = await readConfigFile(folder);
    if (file) for (const [path, value] of flatten(file.raw, file.path)) apply(path, value, file.path);
  }
  strength += 1;
  for (const { path, env: variable } of SETTINGS) {
    const text = env[variable];
    if (text === undefined || text === '') continue;
    const flattened = NAMED[path]?.flatten(jsonOf(text, variable, path), variable);
    if (flattened) {
      for (const [name, value] of flattened) apply(`${path}.${name}`, value, variable);
      continue;
    }
    apply(path, checked(path, /^\d+$/.test(text) ? Number(text) : text, variable), variable);
  }
  strength += 1;
  for (const [path, { flag, value }] of Object.entries(flags))
    if (value !== undefined) apply(path, checked(path, value, flag), flag);

  const origins: Record<string, string> = {};
  const overridden: Record<string, SetValue[]> = {};
  const values = new Map<string, unknown>();
  const named: Pick<Config, 'remotes' | 'networks'> = { remotes: {}, networks: {} };
  for (const [path, layer] of layers) {
    const [holds, ...others] = layer.toReversed();
    const [kind = '', name = ''] = path.split(/\.(.*)/s);
    const text = NAMED[kind]?.text;
    if (kind === 'remotes') named.remotes[name] = holds?.value as RemoteSettings;
    else if (kind === 'networks') named.networks[name] = holds?.value as NetworkSettings;
    else values.set(path, holds ? holds.value : SETTINGS.find((s) => s.path === path)?.initial);
    origins[path] = holds?.from ?? 'default';
    if (others.length > 0)
      overridden[path] = others.map(({ from, value }) => ({
        from,
        value: text ? text(value) : (value as string | number),
      }));
  }
  followNetwork(layers, named.networks, values, origins, overridden);
  return { config: configOf((path) => values.get(path) as never, named), origins, overridden };
}

type Entry = { from: string; value: unknown; strength: number };

/** Settings that are mappings by names of the user's own; of one name the strongest source has the whole of it. */
const NAMED: Record<
  string,
  { flatten: (raw: unknown, source: string) => [string, unknown][]; text: (value: unknown) => string }
> = {
  remotes: { flatten: flattenRemotes, text: (v) => remoteText(v as RemoteSettings) },
  networks: { flatten: flattenNetworks, text: (v) => networkText(v as NetworkSettings) },
};

/**
 * The chosen network says where the chain is, unless a stronger source says so by itself. What it stands before is
 * named, as with every setting.
 */
function followNetwork(
  layers: ReadonlyMap<string, Entry[]>,
  networks: Config['networks'],
  values: Map<string, unknown>,
  origins: Record<string, string>,
  overridden: Record<string, SetValue[]>,
): void {
  const chosen = layers.get('network')?.at(-1);
  if (chosen === undefined) return;
  const isDevnet = chosen.value === DEVNET_NETWORK;
  const found = isDevnet ? undefined : findNetwork(networks, chosen.value as string);
  if (isDevnet) values.set('network', null);
  const own = [layers.get('rpcUrl')?.at(-1), layers.get('chainId')?.at(-1)];
  // One half of a chain from here and the other from there would be one that nobody has named. Beside `devnet`, which
  // is no address, an address of the same source says where it is.
  const least = isDevnet ? chosen.strength : chosen.strength + 1;
  if (own.some((entry) => entry !== undefined && entry.strength >= least)) {
    values.set('network', null);
    return;
  }
  for (const path of ['rpcUrl', 'chainId'] as const) {
    const others = (layers.get(path) ?? []).toReversed();
    if (others.length > 0)
      overridden[path] = others.map(({ from, value }) => ({ from, value: value as string | number }));
    values.set(path, found ? found[path] : SETTINGS.find((s) => s.path === path)?.initial);
    origins[path] = `network ${chosen.value}`;
  }
}

function configOf(get: (path: string) => never, named: Pick<Config, 'remotes' | 'networks'>): Config {
  return {
    account: get('account'),
    network: get('network'),
    rpcUrl: get('rpcUrl'),
    chainId: get('chainId'),
    content: { api: get('content.api'), gateway: get('content.gateway'), node: get('content.node') },
    devnet: {
      name: get('devnet.name'),
      rpcPort: get('devnet.rpcPort'),
      apiPort: get('devnet.apiPort'),
      gatewayPort: get('devnet.gatewayPort'),
      externalContent: get('devnet.externalContent'),
      externalGateway: get('devnet.externalGateway'),
    },
    ...named,
  };
}

/** The JSON of a variable. Its text is not repeated: whoever puts a secret into it by mistake shall not read it in a log. */
function jsonOf(text: string, variable: string, key: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new SaharaError('CONFIG_INVALID', { source: variable, key, reason: 'must be JSON' });
  }
}

function userFolder(env: NodeJS.ProcessEnv): string {
  return join(env['XDG_CONFIG_HOME'] || join(homedir(), '.config'), 'sahara');
}

async function readConfigFile(folder: string): Promise<{ raw: unknown; path: string } | undefined> {
  // Looked for by hand first: most projects have no file, and cosmiconfig is not free to load.
  if (!CONFIG_FILES.some((f) => existsSync(join(folder, f))) && !packageConfig(folder)) return undefined;
  const [{ cosmiconfig }, { loadModule }] = await Promise.all([
    import('./cosmiconfig.ts'),
    import('./module-loader.ts'),
  ]);
  const loaders = Object.fromEntries(['.ts', '.js', '.mjs', '.cjs'].map((ending) => [ending, loadModule]));
  const searchPlaces = ['package.json', ...CONFIG_FILES];
  try {
    const found = await cosmiconfig('sahara', { searchPlaces, loaders }).search(folder);
    return found && !found.isEmpty ? { raw: found.config, path: found.filepath } : undefined;
  } catch (error) {
    throw new SaharaError(
      'CONFIG_UNREADABLE',
      { path: (error as { filepath?: string }).filepath ?? folder, reason: syntaxReason(error) },
      { cause: error },
    );
  }
}

/** What is wrong with a file and in which line, on one line; the libraries name the file again and draw its text below. */
function syntaxReason(error: unknown): string {
  const { reason, mark, message } = error as Error & { reason?: string; mark?: { line: number } };
  if (reason && mark) return `line ${mark.line + 1}: ${reason}`;
  const [first = '', ...rest] = message.split('\n').filter((line) => line.trim() !== '');
  return /^\w+ Error in .*:$/.test(first) ? (rest[0] ?? first) : first;
}
