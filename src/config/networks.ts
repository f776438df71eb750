import { SaharaError } from '../base/errors.ts';
import { suggest } from '../base/suggest.ts';
import type { Check } from './schema.ts';

/** A chain other than the devnet that has the protocol, or is to get it. */
export type NetworkSettings = {
  /** Its JSON-RPC endpoint. */
  rpcUrl: string;
  /** The chain id that must answer there. */
  chainId: number;
  /** Base address of its block explorer, for links shown to people. */
  explorer: string | null;
  /** What its native coin is called. */
  coin: string;
};

/** A network as it is written down. */
export type NetworkInput = {
  rpcUrl: string;
  chainId: number;
  explorer?: string | null;
  coin?: string;
};

/** The project's own devnet, by the name that no network may have. */
export const DEVNET_NETWORK = 'devnet';

/** Networks that need not be added. Settings of the same name stand before them. */
export const KNOWN_NETWORKS: Readonly<Record<string, NetworkSettings>> = {
  // https://docs.saharalabs.ai: the public testnet, EVM chain id of `sahara-test-1`.
  'sahara-testnet': {
    rpcUrl: 'https://testnet.saharalabs.ai',
    chainId: 313313,
    explorer: 'https://testnet-explorer.saharalabs.ai',
    coin: 'SAHARA',
  },
};

const NAME = '[A-Za-z0-9][A-Za-z0-9_-]{0,62}';
const COIN = '[A-Za-z][A-Za-z0-9]{0,15}';
const KEYS = ['rpcUrl', 'chainId', 'explorer', 'coin'];
const URL_SCHEMA = { type: 'string', pattern: '^\\s*[hH][tT][tT][pP][sS]?:' };

/** What stands in the table of settings for all networks together. */
export const networksCheck: Check = {
  form: 'networks by name: rpcUrl, chainId, explorer, coin',
  ok: (v) => typeof v === 'object',
  schema: {
    type: ['object', 'null'],
    propertyNames: { pattern: `^${NAME}$` },
    additionalProperties: {
      type: ['object', 'null'],
      additionalProperties: false,
      required: ['rpcUrl', 'chainId'],
      properties: {
        rpcUrl: { ...URL_SCHEMA, description: 'The chain’s JSON-RPC endpoint.' },
        chainId: { type: 'integer', minimum: 1, description: 'The chain id that must answer there.' },
        explorer: { ...URL_SCHEMA, type: ['string', 'null'], description: 'Its block explorer.' },
        coin: {
          type: 'string',
          pattern: `^${COIN}$`,
          default: 'SAHARA',
          description: 'What its native coin is called.',
        },
      },
    },
  },
};

/** What may be asked for by `network`; whether there is such a network is seen where it is used. */
export const networkNameCheck: Check = {
  form: 'the name of a network, or devnet',
  ok: (v) => typeof v === 'string' && isNetworkName(v),
  schema: { type: ['string', 'null'], pattern: `^${NAME}$` },
};

export function isNetworkName(name: string): boolean {
  return new RegExp(`^${NAME}$`).test(name);
}

/**
 * One network, checked. Values are not repeated in errors: a URL may hold somebody's access key.
 *
 * @param source names where it was written
 * @throws CONFIG_INVALID, CONFIG_UNKNOWN_KEY
 */
export function networkOf(name: string, raw: unknown, source: string): NetworkSettings {
  const at = `networks.${name}`;
  const invalid = (key: string, reason: string) => new SaharaError('CONFIG_INVALID', { source, key, reason });
  if (!isNetworkName(name)) throw invalid(at, 'must be named by letters, digits, - and _, at most 63');
  if (name === DEVNET_NETWORK) throw invalid(at, 'has a name that means the project’s own devnet');
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw))
    throw invalid(at, 'must be a mapping of settings');
  for (const key of Object.keys(raw))
    if (!KEYS.includes(key))
      throw new SaharaError('CONFIG_UNKNOWN_KEY', {
        source,
        key: `${at}.${key}`,
        suggestion: suggest(key, KEYS),
        settings: KEYS.map((k) => `${at}.${k}`),
      });
  const { rpcUrl, chainId, explorer = null, coin = 'SAHARA' } = raw as Record<string, unknown>;
  if (!isPlainUrl(rpcUrl))
    throw invalid(`${at}.rpcUrl`, 'must be an http:// or https:// URL without credentials');
  if (typeof chainId !== 'number' || !Number.isSafeInteger(chainId) || chainId < 1)
    throw invalid(`${at}.chainId`, 'must be a chain id');
  if (explorer !== null && !isPlainUrl(explorer))
    throw invalid(`${at}.explorer`, 'must be an http:// or https:// URL without credentials');
  if (typeof coin !== 'string' || !new RegExp(`^${COIN}$`).test(coin))
    throw invalid(`${at}.coin`, 'must be up to 16 letters and digits, a letter first');
  return { rpcUrl, chainId, explorer, coin };
}

/** The networks of one source as `name -> settings`, each checked. */
export function flattenNetworks(raw: unknown, source: string): [string, NetworkSettings][] {
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw))
    throw new SaharaError('CONFIG_INVALID', {
      source,
      key: 'networks',
      reason: 'must be a mapping of networks',
    });
  return Object.entries(raw).flatMap(([name, value]): [string, NetworkSettings][] =>
    value === null ? [] : [[name, networkOf(name, value, source)]],
  );
}

/** A network in a few words. */
export function networkText({ rpcUrl, chainId }: NetworkSettings): string {
  return `${rpcUrl}, chain id ${chainId}`;
}

/**
 * A network by its name, of the settings or known without them.
 *
 * @throws NETWORK_UNKNOWN naming the nearest one
 */
export function findNetwork(networks: Record<string, NetworkSettings>, name: string): NetworkSettings {
  const all = { ...KNOWN_NETWORKS, ...networks };
  const found = Object.hasOwn(all, name) ? all[name] : undefined;
  if (found) return found;
  throw new SaharaError('NETWORK_UNKNOWN', { name, suggestion: suggest(name, Object.keys(all)) });
}

/** The chain that commands use, in a word, and its coin. */
export function describeNetwork(config: {
  network: string | null;
  chainId: number;
  networks: Record<string, NetworkSettings>;
}): { network: string; coin: string } {
  const { network, chainId, networks } = config;
  if (network === null) return { network: `chain ${chainId}`, coin: 'SAHARA' };
  return { network: `${network} (chain ${chainId})`, coin: findNetwork(networks, network).coin };
}

function isPlainUrl(value: unknown): value is string {
  if (typeof value !== 'string' || !URL.canParse(value)) return false;
  const { protocol, username, password } = new URL(value);
  return (protocol === 'http:' || protocol === 'https:') && !username && !password;
}
