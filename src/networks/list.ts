import { type Config, DEVNET_NETWORK, KNOWN_NETWORKS } from '../config/index.ts';
import { type NetworkState, probe } from './probe.ts';

export type ListedNetwork = {
  name: string;
  /** Null for a devnet that does not run. */
  rpcUrl: string | null;
  chainId: number;
  /**
   * `ready`: the protocol is there, code for code. `bare`: it is not there. `unfinished`: some of it is. `other`:
   * other code stands at its addresses. `wrong-chain`: another chain answers. `offline`: nobody does. `unasked`: it
   * was not asked, as nobody has added it.
   */
  state: NetworkState | 'unasked';
  /** More about the state; null where there is nothing to say. */
  reason: string | null;
  explorer: string | null;
  /** What its native coin is called. */
  coin: string;
  /** Commands use it. */
  selected: boolean;
  /** In the settings; the others are known without. */
  added: boolean;
};

/**
 * Every network with how it stands, asked all at once; one that does not answer is told as such after some seconds.
 *
 * @param devnetUrl where the project's devnet answers; null when it does not run
 */
export async function listNetworks(config: Config, devnetUrl: string | null): Promise<ListedNetwork[]> {
  const isDevnet = config.network === null && (config.rpcUrl === null || config.rpcUrl === devnetUrl);
  const devnet = {
    name: DEVNET_NETWORK,
    rpcUrl: devnetUrl,
    chainId: 31337,
    explorer: null,
    coin: 'SAHARA',
    selected: isDevnet,
    added: true,
  };
  const others = Object.entries({ ...KNOWN_NETWORKS, ...config.networks }).map(([name, network]) => ({
    name,
    ...network,
    selected: config.network === name,
    added: Object.hasOwn(config.networks, name),
  }));
  return await Promise.all(
    [devnet, ...others].map(async (network): Promise<ListedNetwork> => {
      if (network.rpcUrl === null) return { ...network, state: 'offline', reason: 'it does not run' };
      // Nobody has asked for traffic to a network just because the toolkit knows its address.
      if (!network.added && !network.selected) return { ...network, state: 'unasked', reason: 'not added' };
      return { ...network, ...(await probe(network.rpcUrl, network.chainId)) };
    }),
  );
}
