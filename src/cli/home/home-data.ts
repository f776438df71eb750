import type { NextStep } from '../../base/errors.ts';
import type { ChainOverview } from '../../chain/overview.ts';
import type { DevnetStatus } from '../../devnet/status.ts';

/** What the home screen knows: where you are, and what fits there. */
export type Home = {
  state: HomeState;
  project: HomeProject | null;
  /** Folders of assets, as seen from here: "penguins", or "." for the one we are in. */
  assets: string[];
  devnet: HomeDevnet | null;
  next: NextStep[];
};

export type HomeState = 'no-project' | 'devnet-stopped' | 'devnet-running' | 'devnet-crashed';

export type HomeProject = {
  root: string;
  /** What is wrong with the settings, null where they can be read. */
  settingsProblem: string | null;
  /** A chain that the settings name instead of the devnet's. */
  otherChain: string | null;
};

export type HomeDevnet = {
  /** True when an earlier run left a chain to go on with, where it is not running. */
  hasSavedChain: boolean;
  rpcUrl: string | null;
  /** The chain's own number (EIP-155). */
  chainId: number | null;
  contentApi: string | null;
  since: string | null;
  /** Services that are not well, and how. */
  troubles: string[];
  /** What is on it, money in wei; null where nobody answers. */
  holds: ChainOverview | null;
};

/** What is found by looking around; nothing in it is an error, however broken the place is. */
export type Surroundings = {
  project: HomeProject | null;
  assets: string[];
  status: DevnetStatus | null;
  chain: ChainOverview | null;
  /** What has to be added to commands that are meant for a project which is not found from here. */
  projectFlag: string | null;
};
