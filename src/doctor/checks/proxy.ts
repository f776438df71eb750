import { ok, type Run, warning } from '../check.ts';

/** A proxy for everything also gets what is meant for the devnet, which it cannot reach. */
export const run: Run = ({ env }) => {
  const set = (names: string[]) => names.flatMap((n) => [n, n.toLowerCase()]).filter((n) => env[n]);
  const proxies = set(['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY']);
  if (proxies.length === 0) return ok('No proxy is set.');
  const exempt = ['NO_PROXY', 'no_proxy'].flatMap((n) => (env[n] ?? '').split(/[\s,]+/));
  if (exempt.some((e) => /^(\*|127\.0\.0\.1|127\.0\.0\.0\/8|127\.\*?)$/.test(e)))
    return ok('The proxy is not used for this machine.');
  // The lower-case name alone is what curl reads for http, and the upper-case one what most others read.
  const name = proxies.every((p) => p === p.toLowerCase()) ? 'no_proxy' : 'NO_PROXY';
  const before = env[name] ? `"$${name}",` : '';
  return warning(`${proxies.join(' and ')} would be used for 127.0.0.1 too.`, {
    detail: [
      'Wallets, curl and scripts may then not reach the devnet; the toolkit itself uses no proxy for it.',
    ],
    remedy: [
      {
        command: `export ${name}=${before}127.0.0.1,localhost`,
        when: 'to reach the devnet without the proxy',
      },
    ],
  });
};
