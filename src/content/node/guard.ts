import type { IncomingMessage } from 'node:http';

/**
 * Why a request to the RPC is turned away, or undefined. The RPC is admin power, and a page in a browser on
 * this machine can reach loopback: such requests carry another site's Origin or Referer, or (by DNS rebinding)
 * another site's Host. Kubo's rules, with the Host checked as well.
 */
export function refuseRpc(request: IncomingMessage): string | undefined {
  const host = request.headers.host ?? '';
  if (!isLoopback(host)) return `host ${host} is not this machine`;
  const { origin, referer } = request.headers;
  if (origin !== undefined && !isOwn(origin, host)) return `origin ${origin} is not allowed`;
  if (referer !== undefined && !isOwn(referer, host)) return `referer ${referer} is not allowed`;
  const agent = request.headers['user-agent'] ?? '';
  const browser = agent.startsWith('Mozilla') && !/Electron/.test(agent);
  if (browser && origin === undefined && referer === undefined) return 'browsers may not call this';
  return undefined;
}

/** Why a request to the gateway is turned away, or undefined. Anybody on this machine may read. */
export function refuseGateway(request: IncomingMessage): string | undefined {
  const host = request.headers.host ?? '';
  return isLoopback(host) ? undefined : `host ${host} is not this machine`;
}

/** `localhost`, its sub-domains, 127.0.0.0/8 or [::1], with or without a port. */
function isLoopback(host: string): boolean {
  return /^(([a-z0-9-]+\.)*localhost|127(\.\d{1,3}){3}|\[::1\])(:\d{1,5})?$/i.test(host);
}

/** True when a page of this node's own RPC port asks: same port, a loopback name. */
function isOwn(address: string, host: string): boolean {
  try {
    const url = new URL(address);
    const port = /:(\d+)$/.exec(host)?.[1] ?? '80';
    return url.protocol === 'http:' && isLoopback(url.host) && (url.port || '80') === port;
  } catch {
    return false;
  }
}
