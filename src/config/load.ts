import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { SaharaError } from '../base/errors.ts';
import { CONFIG_FILES, type Project, packageConfig } from './project.ts';
import { type Config, checked, flatten, SETTINGS } from './schema.ts';

export type LoadedConfig = {
  config: Config;
  /** Where each setting came from: a file, an environment variable, or "default". */
  origins: Record<string, string>;
};

/**
 * Merges the sources: environment over project file over user file over defaults.
 *
 * @throws CONFIG_UNREADABLE, CONFIG_UNKNOWN_KEY, CONFIG_INVALID
 */
export async function loadConfig(project: Project, env: NodeJS.ProcessEnv): Promise<LoadedConfig> {
  const values = new Map<string, unknown>(SETTINGS.map((s) => [s.path, s.initial]));
  const origins: Record<string, string> = Object.fromEntries(SETTINGS.map((s) => [s.path, 'default']));
  const apply = (found: Map<string, unknown>, origin: string) => {
    for (const [path, value] of found) {
      values.set(path, value);
      origins[path] = origin;
    }
  };

  for (const folder of [userFolder(env), project.root]) {
    const file = await readConfigFile(folder);
    if (file) apply(flatten(file.raw, file.path), file.path);
  }
  for (const { path, env: variable } of SETTINGS) {
    const text = env[variable];
    if (text === undefined || text === '') continue;
    const value = /^\d+$/.test(text) ? Number(text) : text;
    apply(new Map([[path, checked(path, value, variable)]]), variable);
  }

  const get = (path: string) => values.get(path) as never;
  return {
    config: {
      account: get('account'),
      rpcUrl: get('rpcUrl'),
      chainId: get('chainId'),
      content: { api: get('content.api'), gateway: get('content.gateway'), node: get('content.node') },
      devnet: {
        rpcPort: get('devnet.rpcPort'),
        apiPort: get('devnet.apiPort'),
        gatewayPort: get('devnet.gatewayPort'),
        externalContent: get('devnet.externalContent'),
        externalGateway: get('devnet.externalGateway'),
      },
    },
    origins,
  };
}

function userFolder(env: NodeJS.ProcessEnv): string {
  return join(env['XDG_CONFIG_HOME'] || join(homedir(), '.config'), 'sahara');
}

async function readConfigFile(folder: string): Promise<{ raw: unknown; path: string } | undefined> {
  // Looked for by hand first: most projects have no file, and cosmiconfig is not free to load.
  if (!CONFIG_FILES.some((f) => existsSync(join(folder, f))) && !packageConfig(folder)) return undefined;
  const { cosmiconfig } = await import('./cosmiconfig.ts');
  try {
    const found = await cosmiconfig('sahara', { searchPlaces: ['package.json', ...CONFIG_FILES] }).search(
      folder,
    );
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
