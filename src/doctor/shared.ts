import { type LoadedConfig, loadConfig } from '../config/index.ts';
import { DEFAULT_DEVNET, type DevnetPaths, devnetPaths } from '../devnet/paths.ts';
import type { DevnetStatus } from '../devnet/status.ts';
import type { DoctorEnv } from './check.ts';

// What several checks look at is looked at once in each round: a round has an `env` variables object of its own.
const configs = new WeakMap<object, Promise<LoadedConfig>>();
const states = new WeakMap<object, Promise<DevnetStatus>>();

function once<T>(memo: WeakMap<object, Promise<T>>, key: object, make: () => Promise<T>): Promise<T> {
  const made = memo.get(key) ?? make();
  memo.set(key, made);
  return made;
}

/** The settings; rejects as loadConfig does. */
export const configOf = ({ project, env }: DoctorEnv): Promise<LoadedConfig> =>
  once(configs, env, () => loadConfig(project, env));

/** The devnet that the settings name; the usual one where they cannot be read. */
const nameOf = (env: DoctorEnv): Promise<string> =>
  configOf(env).then(
    ({ config }) => config.devnet.name,
    () => DEFAULT_DEVNET,
  );

export const pathsOf = async (env: DoctorEnv): Promise<DevnetPaths> =>
  devnetPaths(env.project.stateDir, await nameOf(env));

/** How the project's devnet stands. */
export const devnetOf = (env: DoctorEnv): Promise<DevnetStatus> =>
  once(states, env.env, async () =>
    (await import('../devnet/status.ts')).devnetStatus(env.project.stateDir, await nameOf(env)),
  );
