import { SaharaError } from '../base/errors.ts';
import { suggest } from '../base/suggest.ts';
import { DEFAULT_DEVNET, DEVNET_NAME, DEVNET_NAME_FORM } from './devnet-name.ts';
import {
  flattenNetworks,
  type NetworkInput,
  type NetworkSettings,
  networkNameCheck,
  networksCheck,
} from './networks.ts';
import { type RemoteInput, type RemoteSettings, remoteOf, remotesCheck } from './remotes.ts';

/** Settings after all sources are merged. Ports and URLs are null where nothing was asked for. */
export type Config = {
  /** Who acts when a command has no --account. */
  account: string | null;
  /** The network that commands use, by name; null means `rpcUrl`, or this project's devnet. */
  network: string | null;
  /** The chain; null means this project's devnet. Of a network, its own. */
  rpcUrl: string | null;
  chainId: number;
  content: {
    /** Kubo RPC endpoint; null means the devnet's own content node. */
    api: string | null;
    /** The gateway that goes with it. */
    gateway: string | null;
    /** Which content node the devnet runs. `auto`: Kubo where its binary is, else the embedded one. */
    node: 'auto' | 'embedded' | 'kubo';
  };
  devnet: {
    /** Which of the project's devnets commands mean. */
    name: string;
    rpcPort: number | null;
    apiPort: number | null;
    gatewayPort: number | null;
    /** A Kubo RPC endpoint that the devnet takes for its own; null means that it runs a content node. */
    externalContent: string | null;
    /** The gateway that goes with it. */
    externalGateway: string | null;
  };
  /** Content stores besides the devnet's, by name. */
  remotes: Record<string, RemoteSettings>;
  /** Networks that the settings name, by name; those that are known without are not among them. */
  networks: Record<string, NetworkSettings>;
};

/** A settings file: any part of the settings. Null is the same as leaving a setting out. */
export type ConfigInput = {
  [K in Exclude<keyof Config, 'remotes' | 'networks'>]?: Config[K] extends Record<string, unknown>
    ? Partial<Config[K]>
    : Config[K] | null;
} & { remotes?: Record<string, RemoteInput>; networks?: Record<string, NetworkInput> };

/**
 * The settings as they are, for `sahara.config.ts`: an editor then completes and checks them.
 *
 * @example export default defineConfig({ account: 'curator', devnet: { rpcPort: 8545 } });
 */
export function defineConfig(settings: ConfigInput): ConfigInput {
  return settings;
}

export type Check = {
  /** The form in words, as it ends the sentence "must be ...". */
  form: string;
  ok: (value: unknown) => boolean;
  /** The same as JSON Schema, for editors; it may take more than `ok`, never less. Null sets nothing. */
  schema: { type: readonly string[]; [more: string]: unknown };
};

const port: Check = {
  form: 'a port number from 1 to 65535',
  ok: (v) => isInteger(v, 1, 65535),
  schema: { type: ['integer', 'null'], minimum: 1, maximum: 65535 },
};
const url: Check = {
  form: 'an http:// or https:// URL without credentials',
  ok: (v) => typeof v === 'string' && isHttpUrl(v),
  schema: { type: ['string', 'null'], pattern: '^\\s*[hH][tT][tT][pP][sS]?:' },
};

/** Every setting: its path, form, default, and the environment variable that sets it. */
export const SETTINGS: readonly {
  path: string;
  check: Check;
  env: string;
  initial: unknown;
  about: string;
}[] = [
  {
    path: 'account',
    check: {
      form: 'an account name or address',
      ok: isText,
      schema: { type: ['string', 'null'], minLength: 1 },
    },
    env: 'SAHARA_ACCOUNT',
    initial: null,
    about: 'who acts when a command has no --account',
  },
  {
    path: 'network',
    check: networkNameCheck,
    env: 'SAHARA_NETWORK',
    initial: null,
    about: 'the network that commands use; it says rpcUrl and chainId',
  },
  {
    path: 'rpcUrl',
    check: url,
    env: 'SAHARA_RPC_URL',
    initial: null,
    about: "the chain's JSON-RPC endpoint",
  },
  {
    path: 'chainId',
    check: {
      form: 'a chain id',
      ok: (v) => isInteger(v, 1, Number.MAX_SAFE_INTEGER),
      schema: { type: ['integer', 'null'], minimum: 1 },
    },
    env: 'SAHARA_CHAIN_ID',
    initial: 31337,
    about: 'the chain id that must answer there',
  },
  {
    path: 'content.api',
    check: url,
    env: 'SAHARA_IPFS_API',
    initial: null,
    about: 'a Kubo RPC endpoint to use instead of the devnet’s; starts and stops nothing',
  },
  {
    path: 'content.gateway',
    check: url,
    env: 'SAHARA_IPFS_GATEWAY',
    initial: null,
    about: 'the gateway that goes with it',
  },
  {
    path: 'content.node',
    check: {
      form: 'auto, embedded or kubo',
      ok: (v) => v === 'auto' || v === 'embedded' || v === 'kubo',
      schema: { type: ['string', 'null'], enum: ['auto', 'embedded', 'kubo', null] },
    },
    env: 'SAHARA_CONTENT_NODE',
    initial: 'auto',
    about: 'which content node the devnet runs',
  },
  {
    path: 'devnet.name',
    check: {
      form: DEVNET_NAME_FORM,
      ok: (v) => typeof v === 'string' && DEVNET_NAME.test(v),
      schema: { type: ['string', 'null'], pattern: DEVNET_NAME.source },
    },
    env: 'SAHARA_DEVNET',
    initial: DEFAULT_DEVNET,
    about: 'which of the project’s devnets commands mean',
  },
  { path: 'devnet.rpcPort', check: port, env: 'SAHARA_RPC_PORT', initial: null, about: 'the chain’s port' },
  {
    path: 'devnet.apiPort',
    check: port,
    env: 'SAHARA_IPFS_API_PORT',
    initial: null,
    about: 'the content RPC’s port',
  },
  {
    path: 'devnet.gatewayPort',
    check: port,
    env: 'SAHARA_IPFS_GATEWAY_PORT',
    initial: null,
    about: 'the content gateway’s port',
  },
  {
    path: 'devnet.externalContent',
    check: url,
    env: 'SAHARA_DEVNET_IPFS_API',
    initial: null,
    about: 'a Kubo RPC endpoint for the devnet to use instead of running a content node',
  },
  {
    path: 'devnet.externalGateway',
    check: url,
    env: 'SAHARA_DEVNET_IPFS_GATEWAY',
    initial: null,
    about: 'the gateway that goes with it',
  },
  {
    path: 'remotes',
    check: remotesCheck,
    env: 'SAHARA_REMOTES',
    initial: null,
    about: 'content stores besides the devnet’s, for --remote; the variable holds them as JSON',
  },
  {
    path: 'networks',
    check: networksCheck,
    env: 'SAHARA_NETWORKS',
    initial: null,
    about: 'chains besides the devnet, for `network`; the variable holds them as JSON',
  },
];

/** A source's settings as `path -> value`, checked one by one. `source` names it in errors. */
export function flatten(raw: unknown, source: string): Map<string, unknown> {
  const found = new Map<string, unknown>();
  const visit = (value: unknown, prefix: string) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      throw new SaharaError('CONFIG_INVALID', {
        source,
        key: prefix || '(whole file)',
        reason: 'must be a mapping of settings',
      });
    for (const [key, inner] of Object.entries(value)) {
      // Where editors look for the schema of a JSON file.
      if (key === '$schema' && prefix === '') continue;
      const path = prefix ? `${prefix}.${key}` : key;
      const setting = SETTINGS.find((s) => s.path === path);
      if (path === 'networks') {
        if (inner !== null)
          for (const [name, network] of flattenNetworks(inner, source))
            found.set(`networks.${name}`, network);
      } else if (path === 'remotes') {
        // One setting each: a project's remote stands beside those of the user.
        if (inner !== null)
          for (const [name, remote] of flattenRemotes(inner, source)) found.set(`remotes.${name}`, remote);
      } else if (setting) {
        if (inner === null) continue;
        found.set(path, checked(path, inner, source));
      } else if (SETTINGS.some((s) => s.path.startsWith(`${path}.`))) visit(inner, path);
      else
        throw new SaharaError('CONFIG_UNKNOWN_KEY', {
          source,
          key: path,
          suggestion: suggest(
            path,
            SETTINGS.map((s) => s.path),
          ),
          settings: SETTINGS.map((s) => s.path),
        });
    }
  };
  visit(raw, '');
  return found;
}

/** Remotes as `name -> settings`, each checked. `source` names it in errors. */
export function flattenRemotes(raw: unknown, source: string): [string, RemoteSettings][] {
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw))
    throw new SaharaError('CONFIG_INVALID', {
      source,
      key: 'remotes',
      reason: 'must be a mapping of remotes',
    });
  return Object.entries(raw).flatMap(([name, value]): [string, RemoteSettings][] =>
    value === null ? [] : [[name, remoteOf(name, value, source)]],
  );
}

/** The value, when it has the form of the setting. */
export function checked(path: string, value: unknown, source: string): unknown {
  const setting = SETTINGS.find((s) => s.path === path);
  if (!setting?.check.ok(value))
    throw new SaharaError('CONFIG_INVALID', {
      source,
      key: path,
      reason: `must be ${setting?.check.form ?? 'known'}`,
    });
  return value;
}

function isText(v: unknown): boolean {
  return typeof v === 'string' && v.length > 0;
}

function isInteger(v: unknown, min: number, max: number): boolean {
  return typeof v === 'number' && Number.isInteger(v) && v >= min && v <= max;
}

function isHttpUrl(v: string): boolean {
  try {
    const { protocol, username, password } = new URL(v);
    return (protocol === 'http:' || protocol === 'https:') && !username && !password;
  } catch {
    return false;
  }
}
