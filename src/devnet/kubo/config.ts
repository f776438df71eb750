import { readFileSync } from 'node:fs';
import { writeFileAtomic } from '../../base/atomic-file.ts';

type Json = { [key: string]: unknown };

/** Sets what a path of names leads to, making the objects on the way. */
function set(config: Json, path: string, value: unknown): void {
  const names = path.split('.');
  const last = names.pop() as string;
  let at = config;
  for (const name of names) {
    const next = at[name];
    if (typeof next === 'object' && next !== null && !Array.isArray(next)) at = next as Json;
    else {
      const made: Json = {};
      at[name] = made;
      at = made;
    }
  }
  at[last] = value;
}

/**
 * Makes the config of a Kubo repo (https://github.com/ipfs/kubo/blob/master/docs/config.md) that of a node which
 * only this machine reaches and which reaches nobody. Written into the file, which Kubo reads when it starts: asking
 * `ipfs config` for each would start it a dozen times.
 *
 * @returns the node's peer id
 */
export function keepToItself(file: string, ports: { api: number; gateway: number }): string {
  const config = JSON.parse(readFileSync(file, 'utf8')) as Json & { Identity?: { PeerID?: string } };
  const settings: Json = {
    'Addresses.API': `/ip4/127.0.0.1/tcp/${ports.api}`,
    'Addresses.Gateway': `/ip4/127.0.0.1/tcp/${ports.gateway}`,
    'Addresses.Swarm': [],
    'Addresses.Announce': [],
    'Addresses.AppendAnnounce': [],
    Bootstrap: [],
    // With AutoConf off, a value of "auto" that is left anywhere would be an error.
    'AutoConf.Enabled': false,
    'AutoTLS.Enabled': false,
    'DNS.Resolvers': {},
    'Routing.Type': 'none',
    'Routing.DelegatedRouters': [],
    'Ipns.DelegatedPublishers': [],
    'Discovery.MDNS.Enabled': false,
    'Swarm.DisableNatPortMap': true,
    'Gateway.NoFetch': true,
    'Plugins.Plugins.telemetry.Config.Mode': 'off',
  };
  for (const [path, value] of Object.entries(settings)) set(config, path, value);
  writeFileAtomic(file, `${JSON.stringify(config, null, 2)}\n`, 0o600);
  return config.Identity?.PeerID ?? '';
}
