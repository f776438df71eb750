import { SaharaError } from '../../base/errors.ts';

/** Where a network's RPC is, taken apart so that what is secret in it is shown nowhere. */
export type OriginUrl = {
  /** The whole URL, as it was given. Secret. */
  url: string;
  /** What may be shown: providers put their keys into the path, the query or before the host. */
  shown: string;
  /** Where requests go, without a user and a password. Secret. */
  endpoint: string;
  headers: Record<string, string>;
  /** A text of somebody else's without the secret parts of the URL. */
  redact(text: string): string;
};

/** @throws FORK_URL_INVALID, which does not repeat what was given */
export function parseOriginUrl(text: string): OriginUrl {
  const url = URL.canParse(text.trim()) ? new URL(text.trim()) : undefined;
  if (!url) throw new SaharaError('FORK_URL_INVALID', { reason: 'it is no URL' });
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    throw new SaharaError('FORK_URL_INVALID', { reason: `${url.protocol} is not spoken here` });
  const { username, password } = url;
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  const secrets = [
    username,
    password,
    ...url.pathname.split('/').filter((part) => part.length >= 8),
    ...url.searchParams.values(),
    ...(url.search.length > 1 ? [url.search] : []),
  ].filter((part) => part.length > 3);
  const isBare = url.pathname === '/' && url.search === '' && url.hash === '';
  const shown = `${url.protocol}//${url.host}${isBare ? '' : '/…'}`;
  const given = url.href;
  url.username = '';
  url.password = '';
  url.hash = '';
  return {
    url: given,
    shown,
    endpoint: url.href,
    headers: username || password ? { authorization: `Basic ${Buffer.from(pair).toString('base64')}` } : {},
    redact: (said) =>
      secrets
        .reduce((sum, secret) => sum.replaceAll(secret, '…'), said.replaceAll(given, shown))
        .slice(0, 300),
  };
}
