import { SaharaError } from '../base/errors.ts';
import { suggest } from '../base/suggest.ts';
import type { Check } from './schema.ts';

/** A content store besides the devnet's. Where a secret is needed, settings hold the name of its variable only. */
export type RemoteSettings = {
  /** `kubo`: any Kubo RPC. Else a module that speaks to the store: a file of the project (./x.ts) or a package. */
  kind: string;
  /** Where it answers; only a module may do without. */
  api: string | null;
  /** Base address of its gateway, for links shown to people. */
  gateway: string | null;
  /** The environment variable that holds the secret, and how the secret is presented. */
  auth: { env: string; scheme: 'Bearer' | 'Basic' } | null;
  /** What a module is told besides. No place for secrets: `config show` prints it. */
  options: Record<string, string | number | boolean>;
};

/** A remote as it is written down. */
export type RemoteInput = {
  kind?: string;
  api?: string | null;
  gateway?: string | null;
  auth?: { env: string; scheme?: 'Bearer' | 'Basic' } | null;
  options?: Record<string, string | number | boolean>;
};

const NAME = '[A-Za-z0-9][A-Za-z0-9_-]{0,62}';
const VARIABLE = '[A-Za-z_][A-Za-z0-9_]*';
const MODULE = '(\\.{1,2}/.+|@[a-z0-9][\\w.-]*/[a-z0-9][\\w./-]*|[a-z0-9][\\w./-]*)';
const KEYS = ['kind', 'api', 'gateway', 'auth', 'options'];
const AUTH_KEYS = ['env', 'scheme'];
const SCHEMES = ['Bearer', 'Basic'] as const;

const urlSchema = { type: ['string', 'null'], pattern: '^\\s*[hH][tT][tT][pP][sS]?:' };

/** What stands in the table of settings for all remotes together. */
export const remotesCheck: Check = {
  form: 'remotes by name: api, kind, gateway, auth, options',
  ok: (v) => typeof v === 'object',
  schema: {
    type: ['object', 'null'],
    propertyNames: { pattern: `^${NAME}$` },
    additionalProperties: {
      type: ['object', 'null'],
      additionalProperties: false,
      properties: {
        kind: {
          type: 'string',
          pattern: `^${MODULE}$`,
          default: 'kubo',
          description: 'kubo, or the module that speaks to the store: ./file.ts or a package.',
        },
        api: { ...urlSchema, description: 'Where the store answers.' },
        gateway: { ...urlSchema, description: 'The gateway that goes with it.' },
        auth: {
          type: ['object', 'null'],
          additionalProperties: false,
          required: ['env'],
          properties: {
            env: {
              type: 'string',
              pattern: `^${VARIABLE}$`,
              description: 'The environment variable that holds the secret; never the secret itself.',
            },
            scheme: {
              enum: [...SCHEMES],
              default: 'Bearer',
              description: 'Bearer: a token. Basic: user:password.',
            },
          },
        },
        options: {
          type: 'object',
          additionalProperties: { type: ['string', 'number', 'boolean'] },
          description: 'What the module is told besides; no secrets.',
        },
      },
    },
  },
};

/**
 * One remote, checked. Values are not repeated in errors: somebody may have written a secret where none belongs.
 *
 * @throws CONFIG_INVALID, CONFIG_UNKNOWN_KEY
 */
export function remoteOf(name: string, raw: unknown, source: string): RemoteSettings {
  const at = `remotes.${name}`;
  const invalid = (key: string, reason: string) => new SaharaError('CONFIG_INVALID', { source, key, reason });
  const mapping = (value: unknown, key: string, known: readonly string[]): Record<string, unknown> => {
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      throw invalid(key, 'must be a mapping of settings');
    for (const inner of Object.keys(value))
      if (!known.includes(inner))
        throw new SaharaError('CONFIG_UNKNOWN_KEY', {
          source,
          key: `${key}.${inner}`,
          suggestion: suggest(inner, known),
          settings: known.map((k) => `${key}.${k}`),
        });
    return value as Record<string, unknown>;
  };
  if (!new RegExp(`^${NAME}$`).test(name))
    throw invalid(at, 'must be named by letters, digits, - and _, at most 63');
  const remote = mapping(raw, at, KEYS);
  const kind = remote['kind'] ?? 'kubo';
  if (typeof kind !== 'string' || !new RegExp(`^${MODULE}$`).test(kind))
    throw invalid(`${at}.kind`, 'must be kubo, a file that begins with ./, or the name of a package');
  const url = (key: 'api' | 'gateway'): string | null => {
    const value = remote[key] ?? null;
    if (value !== null && !isPlainUrl(value))
      throw invalid(`${at}.${key}`, 'must be an http:// or https:// URL without credentials');
    return value as string | null;
  };
  const api = url('api');
  if (api === null && kind === 'kubo')
    throw invalid(`${at}.api`, 'must say where the Kubo RPC answers, such as http://127.0.0.1:5001');
  let auth: RemoteSettings['auth'] = null;
  if (remote['auth'] !== undefined && remote['auth'] !== null) {
    const { env, scheme = 'Bearer' } = mapping(remote['auth'], `${at}.auth`, AUTH_KEYS);
    if (typeof env !== 'string' || !new RegExp(`^${VARIABLE}$`).test(env))
      throw invalid(`${at}.auth.env`, 'must be the name of an environment variable, which holds the secret');
    if (scheme !== 'Bearer' && scheme !== 'Basic')
      throw invalid(`${at}.auth.scheme`, 'must be Bearer or Basic');
    auth = { env, scheme };
  }
  const options = remote['options'] ?? {};
  if (typeof options !== 'object' || Array.isArray(options))
    throw invalid(`${at}.options`, 'must be a mapping');
  for (const [key, value] of Object.entries(options as object))
    if (!['string', 'number', 'boolean'].includes(typeof value))
      throw invalid(`${at}.options.${key}`, 'must be text, a number, true or false');
  return { kind, api, gateway: url('gateway'), auth, options: options as RemoteSettings['options'] };
}

/** A remote in a few words. Secrets are not among the settings; the name of their variable is. */
export function remoteText({ kind, api, auth }: RemoteSettings): string {
  const parts = [kind === 'kubo' ? null : kind, api, auth && `${auth.scheme} from ${auth.env}`];
  return parts.filter((part) => part !== null).join(', ');
}

function isPlainUrl(value: unknown): boolean {
  if (typeof value !== 'string' || !URL.canParse(value)) return false;
  const { protocol, username, password } = new URL(value);
  return (protocol === 'http:' || protocol === 'https:') && !username && !password;
}
