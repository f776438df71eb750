import { SaharaError } from '../base/errors.ts';
import { suggest } from '../base/suggest.ts';
import type { Config, RemoteSettings } from '../config/index.ts';
import { type ContentAccess, openContent, storeOnly } from './manage/access.ts';
import type { RemoteModuleOptions } from './remote-module.ts';
import { type ContentStore, type ContentStoreOptions, contentStore } from './store.ts';

/** What it takes to open a remote: the settings that name it, and the environment that has its secret. */
export type RemoteAccess = {
  /** The project folder, from which a module is found. */
  project: string;
  config: Pick<Config, 'remotes'>;
  env: Readonly<Record<string, string | undefined>>;
};

/** A remote's store, with its name in the settings. */
export type OpenedRemote = { name: string; store: ContentStore };

/**
 * A content store that the settings name. Nothing is sent yet.
 *
 * @example const store = await remoteContent({ project: project.root, config, env: process.env }, 'pinner');
 * @throws REMOTE_UNKNOWN naming the nearest one, REMOTE_INSECURE, REMOTE_SECRET_MISSING, REMOTE_MODULE_BAD
 */
export async function remoteContent(access: RemoteAccess, name: string): Promise<ContentStore> {
  const found = findRemote(access, name);
  if ('kubo' in found) return contentStore(found.kubo);
  const { openRemoteModule } = await import('./remote-module.ts');
  return await openRemoteModule(found.module.kind, found.module.options);
}

/**
 * The same with all that managing it takes. Of a remote that is no Kubo RPC only its store is to be used.
 *
 * @throws as {@link remoteContent}
 */
export async function openRemoteContent(access: RemoteAccess, name: string): Promise<ContentAccess> {
  const found = findRemote(access, name);
  return 'kubo' in found ? openContent(found.kubo) : storeOnly(await remoteContent(access, name), name);
}

type FoundRemote = { kubo: ContentStoreOptions } | { module: { kind: string; options: RemoteModuleOptions } };

function findRemote(access: RemoteAccess, name: string): FoundRemote {
  const { remotes } = access.config;
  const remote = Object.hasOwn(remotes, name) ? remotes[name] : undefined;
  if (remote === undefined) {
    const names = Object.keys(remotes);
    throw new SaharaError('REMOTE_UNKNOWN', { name, suggestion: suggest(name, names), remotes: names });
  }
  if (remote.auth !== null && remote.api !== null && !isPrivate(remote.api))
    throw new SaharaError('REMOTE_INSECURE', { name, api: remote.api, variable: remote.auth.env });
  const secret = remote.auth === null ? null : secretOf(name, remote.auth, access.env);
  const { kind, api, gateway, options } = remote;
  if (kind !== 'kubo')
    return { module: { kind, options: { name, api, gateway, secret, options, project: access.project } } };
  return {
    kubo: {
      api: api ?? '',
      remote: name,
      ...(gateway === null ? {} : { gateway }),
      ...(remote.auth === null || secret === null
        ? {}
        : { headers: { authorization: authorization(remote.auth.scheme, secret) } }),
    },
  };
}

function secretOf(
  name: string,
  { env: variable, scheme }: NonNullable<RemoteSettings['auth']>,
  env: RemoteAccess['env'],
): string {
  // What `$(cat file)` leaves, and what a secret store adds.
  const secret = env[variable]?.trim() ?? '';
  const missing = (reason: string) => new SaharaError('REMOTE_SECRET_MISSING', { name, variable, reason });
  if (secret === '') throw missing('is not set');
  if (scheme === 'Bearer' && !/^[\x21-\x7e]+$/.test(secret)) throw missing('holds what no token can hold');
  if (scheme === 'Basic' && !secret.includes(':')) throw missing('is not of the form user:password');
  return secret;
}

function authorization(scheme: 'Bearer' | 'Basic', secret: string): string {
  return `${scheme} ${scheme === 'Basic' ? Buffer.from(secret).toString('base64') : secret}`;
}

/** True where nobody between us and the store can read along: TLS, or this machine itself. */
function isPrivate(api: string): boolean {
  const { protocol, hostname } = new URL(api);
  if (protocol === 'https:') return true;
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);
}
