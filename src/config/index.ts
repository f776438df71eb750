export {
  type AccountRef,
  accountLabel,
  assertOurs,
  resolveAccount,
  resolveRecipient,
  signingKey,
} from './accounts.ts';
export { DEV_ACCOUNTS, DEV_MNEMONIC, type DevAccount, findDevAccount } from './dev-accounts.ts';
export { assertDevnetName, DEFAULT_DEVNET, DEVNET_NAME } from './devnet-name.ts';
export { type FlagSettings, type LoadedConfig, loadConfig, type SetValue } from './load.ts';
export {
  DEVNET_NETWORK,
  findNetwork,
  isNetworkName,
  KNOWN_NETWORKS,
  type NetworkInput,
  type NetworkSettings,
  networkOf,
  networkText,
} from './networks.ts';
export {
  type AccountSources,
  keystoreFolder,
  type OwnAccount,
  ownAccounts,
  passwordFromFile,
  setAccountSources,
} from './own-accounts.ts';
export {
  CONFIG_FILES,
  findProject,
  type Project,
  packageConfig,
  projectAt,
  STATE_VARIABLE,
} from './project.ts';
export { type RemoteInput, type RemoteSettings, remoteText } from './remotes.ts';
export { defaultAccount } from './roles.ts';
export { type Config, type ConfigInput, defineConfig, SETTINGS } from './schema.ts';
export { stateFolder } from './state-folder.ts';
