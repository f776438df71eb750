import { SaharaError } from '../base/errors.ts';
import {
  DEVNET_NETWORK,
  findNetwork,
  KNOWN_NETWORKS,
  type LoadedConfig,
  type NetworkSettings,
  networkOf,
  type Project,
} from '../config/index.ts';
import { planEdits, settingsFileOf } from './edit-settings.ts';
import { chainIdOf } from './probe.ts';

export type AddOptions = {
  name: string;
  /** Its RPC; null takes that of a known network. */
  rpcUrl: string | null;
  /** The chain id that must answer; null takes the one that does, or that of a known network. */
  chainId: number | null;
  explorer: string | null;
  coin: string | null;
  dryRun: boolean;
  signal: AbortSignal;
};

export type AddedNetwork = NetworkSettings & {
  name: string;
  /** The settings file, relative to the project. */
  file: string;
  /** False when the same network was there already. */
  changed: boolean;
};

/**
 * Asks the RPC for its chain id and writes the network into the project's settings.
 *
 * @throws CHAIN_UNREACHABLE, CHAIN_WRONG, NETWORK_EXISTS, NETWORK_UNKNOWN where neither an RPC is given nor known,
 *   CONFIG_INVALID, SETTINGS_NOT_EDITABLE; then nothing was written
 */
export async function addNetwork(
  project: Project,
  { config, origins }: LoadedConfig,
  { name, rpcUrl, chainId, explorer, coin, dryRun, signal }: AddOptions,
): Promise<AddedNetwork> {
  const known = Object.hasOwn(KNOWN_NETWORKS, name) ? KNOWN_NETWORKS[name] : undefined;
  const url = rpcUrl ?? (known ?? findNetwork({}, name)).rpcUrl;
  const expected = chainId ?? known?.chainId ?? null;
  // The form first: nothing is asked of what is no address.
  const wanted = (id: number) =>
    networkOf(
      name,
      {
        rpcUrl: url,
        chainId: id,
        explorer: explorer ?? known?.explorer ?? null,
        coin: coin ?? known?.coin ?? 'SAHARA',
      },
      'the command line',
    );
  wanted(expected ?? 1);
  const found = await chainIdOf(url, signal);
  if (expected !== null && found !== expected) throw new SaharaError('CHAIN_WRONG', { url, expected, found });
  const network = wanted(found);
  const there = Object.hasOwn(config.networks, name) ? config.networks[name] : undefined;
  if (there && (there.rpcUrl !== network.rpcUrl || there.chainId !== network.chainId))
    throw new SaharaError('NETWORK_EXISTS', { name, source: origins[`networks.${name}`] ?? 'the settings' });
  if (there) return { name, ...there, file: settingsFileOf(project.root), changed: false };
  const { explorer: shown, coin: called, ...needed } = network;
  const value = {
    ...needed,
    ...(shown === null ? {} : { explorer: shown }),
    ...(called === 'SAHARA' ? {} : { coin: called }),
  };
  const edit = planEdits(project.root, [{ path: ['networks', name], value }]);
  if (!dryRun) edit.write();
  return { name, ...network, file: edit.file, changed: true };
}

export type EditedSettings = { name: string; file: string; changed: boolean };

/**
 * Takes a network out of the project's settings.
 *
 * @throws NETWORK_UNKNOWN, NETWORK_IN_USE, SETTINGS_NOT_EDITABLE
 */
export function removeNetwork(
  project: Project,
  { config, origins }: LoadedConfig,
  { name, dryRun }: { name: string; dryRun: boolean },
): EditedSettings {
  if (!Object.hasOwn(config.networks, name)) findNetwork({}, name);
  // A known network needs no settings to be there.
  if (config.network === name && !Object.hasOwn(KNOWN_NETWORKS, name))
    throw new SaharaError('NETWORK_IN_USE', { name, source: origins['network'] ?? 'the settings' });
  const edit = planEdits(project.root, [{ path: ['networks', name], value: undefined }]);
  if (edit.changed && !dryRun) edit.write();
  return { name, file: edit.file, changed: edit.changed };
}

/**
 * Makes a network the one that commands of the project use; `devnet` is the project's own.
 *
 * @throws NETWORK_UNKNOWN, SETTINGS_NOT_EDITABLE
 */
export function chooseNetwork(
  project: Project,
  networks: Record<string, NetworkSettings>,
  { name, dryRun }: { name: string; dryRun: boolean },
): EditedSettings {
  const isDevnet = name === DEVNET_NETWORK;
  if (!isDevnet) findNetwork(networks, name);
  const edit = planEdits(project.root, [{ path: ['network'], value: isDevnet ? undefined : name }]);
  if (edit.changed && !dryRun) edit.write();
  return { name, file: edit.file, changed: edit.changed };
}
