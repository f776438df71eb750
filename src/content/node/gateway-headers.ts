import type { ServerResponse } from 'node:http';
import type { CID } from '../cid.ts';
import type { GatewayRequest } from './gateway-request.ts';

const IMMUTABLE = 'public, max-age=29030400, immutable';

/** Sets what all answers share. True when the client has it already, and was told so. */
export function answered(request: GatewayRequest, response: ServerResponse, etag: string): boolean {
  response.setHeader('Etag', etag);
  response.setHeader('Cache-Control', IMMUTABLE);
  response.setHeader('X-Content-Type-Options', 'nosniff');
  response.setHeader('X-Ipfs-Path', ipfsPath(request.root, request.path));
  // What is cached under this address must not be taken for the plain content.
  if (request.negotiated) {
    response.setHeader('Content-Location', contentLocation(request));
    response.setHeader('Vary', 'Accept');
  }
  const known = (request.headers['if-none-match'] ?? '')
    .split(',')
    .map((tag) => tag.trim().replace(/^W\//, ''));
  if (!known.includes(etag.replace(/^W\//, '')) && !known.includes('*')) return false;
  response.writeHead(304);
  response.end();
  return true;
}

export function ipfsPath(root: CID, path: string): string {
  return `/ipfs/${root}${path === '' ? '' : `/${path.split('/').map(encodeURIComponent).join('/')}`}`;
}

/** The address that gives the same without an Accept header. */
function contentLocation({ url, format }: GatewayRequest): string {
  const query = new URLSearchParams(url.searchParams);
  if (format.kind === 'plain') return url.pathname + url.search;
  query.set('format', format.kind);
  if (format.kind === 'car')
    for (const name of ['version', 'order', 'dups']) {
      const value = format.options.get(name);
      if (value !== undefined && !query.has(`car-${name}`)) query.set(`car-${name}`, value);
    }
  return `${url.pathname}?${query}`;
}

/**
 * Content-Disposition (RFC 6266, 8187). A name that is not plain ASCII goes with a second form of itself, for whoever
 * does not know the first.
 */
export function disposition(kind: 'inline' | 'attachment', name: string): string {
  const encoded = encodeURIComponent(name.toWellFormed()).replace(
    /['()*]/g,
    (c) => `%${c.charCodeAt(0).toString(16)}`,
  );
  // Nothing that a quoted string in a header cannot hold.
  const ascii = name.replace(/[^\x20-\x7e]|["\\%]/g, '_');
  const isAscii = Buffer.byteLength(name) === name.length;
  return `${kind};${isAscii ? '' : ` filename="${ascii}";`} filename*=UTF-8''${encoded}`;
}

/** For formats that are never shown: under the name that was asked for, else that of the address. */
export function attachment({ url }: GatewayRequest, fallback: string): string {
  const name = url.searchParams.get('filename');
  return name === null || name === ''
    ? `attachment; filename="${fallback}"`
    : disposition('attachment', name);
}

/** The one range asked for (RFC 9110 section 14). Several, or none that can be read, mean everything. */
export function rangeOf(
  { headers }: GatewayRequest,
  size: number,
  etag: string,
): { start: number; end: number } | 'impossible' | undefined {
  const match = /^bytes=\s*(\d*)-(\d*)\s*$/i.exec(headers.range ?? '');
  const condition = headers['if-range'];
  if (match === null || (condition !== undefined && condition !== etag)) return undefined;
  const [, from = '', to = ''] = match;
  if (from === '' && to === '') return undefined;
  if (from === '') {
    const last = Math.min(Number(to), size);
    return last === 0 ? 'impossible' : { start: size - last, end: size };
  }
  const start = Number(from);
  const end = to === '' ? size : Math.min(Number(to) + 1, size);
  if (to !== '' && Number(to) < start) return undefined;
  return start >= size ? 'impossible' : { start, end };
}
