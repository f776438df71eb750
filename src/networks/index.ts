export { type DeployedContract, type Deployment, deploy, foreseeDeploy } from './deploy.ts';
export { type ListedNetwork, listNetworks } from './list.ts';
export type { NetworkState } from './probe.ts';
export {
  type AddedNetwork,
  type AddOptions,
  addNetwork,
  chooseNetwork,
  type EditedSettings,
  removeNetwork,
} from './settings.ts';
