import type { IncomingMessage } from 'node:http';
import { type CID, parseCid } from '../cid.ts';
import { BadRequest } from './node.ts';

/** Something is not right with the request or not here; `status` says what. */
export class HttpError extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** What can be asked for: bytes as they are, a CAR, or (for people) the file or listing itself. */
export type Format =
  | { kind: 'raw' }
  /** Options are those of the media type, e.g. order and dups. */
  | { kind: 'car'; options: ReadonlyMap<string, string> }
  | { kind: 'plain' };

export type GatewayRequest = {
  method: 'GET' | 'HEAD';
  headers: IncomingMessage['headers'];
  url: URL;
  root: CID;
  /** Decoded, without slashes at its ends; '' is the root itself. */
  path: string;
  format: Format;
  /** The format was found in the Accept header alone, or there another one. */
  negotiated: boolean;
};

const RAW_TYPE = 'application/vnd.ipld.raw';
const CAR_TYPE = 'application/vnd.ipld.car';
/** Formats of other gateways that nothing is made into here. */
const UNSERVED = new Set([
  'application/vnd.ipld.dag-json',
  'application/vnd.ipld.dag-cbor',
  'application/vnd.ipfs.ipns-record',
  'application/x-tar',
]);

/**
 * Reads a request as https://specs.ipfs.tech/http-gateways/ says.
 *
 * @throws HttpError, BadRequest, CONTENT_CID_INVALID
 */
export function gatewayRequest(request: IncomingMessage): GatewayRequest {
  const { headers } = request;
  let url: URL;
  try {
    url = new URL(request.url ?? '/', 'http://gateway');
  } catch {
    throw new HttpError(400, 'the address cannot be read');
  }
  const parts = /^\/ipfs\/([^/]+)(\/.*)?$/.exec(url.pathname);
  if (parts === null) throw new HttpError(404, 'paths here begin with /ipfs/');
  // A service worker of a whole root could take over what other content shows on this origin.
  if (headers['service-worker'] === 'script' && parts[2] === undefined)
    throw new HttpError(400, 'a service worker cannot be registered for a whole root');
  const path = decodePath(parts[2] ?? '');
  const root = parseCid(parts[1] as string);
  const wanted = url.searchParams.get('format');
  const accepted = acceptedFormat(headers.accept);
  const format = formatOf(wanted, accepted, headers.accept);
  const negotiated = format.kind !== 'plain' && (wanted === null || (accepted?.kind ?? wanted) !== wanted);
  return { method: request.method as 'GET' | 'HEAD', headers, url, root, path, format, negotiated };
}

function decodePath(path: string): string {
  try {
    return path
      .split('/')
      .filter((name) => name !== '')
      .map(decodeURIComponent)
      .join('/');
  } catch {
    throw new HttpError(400, 'the path is not valid percent-encoded UTF-8');
  }
}

function formatOf(wanted: string | null, accepted: Format | undefined, accept: string | undefined): Format {
  switch (wanted) {
    case 'raw':
      return { kind: 'raw' };
    case 'car':
      return accepted?.kind === 'car' ? accepted : { kind: 'car', options: new Map() };
    case null:
      break;
    default:
      throw new BadRequest(`format "${wanted}" is not supported, only raw and car`);
  }
  if (accepted !== undefined) return accepted;
  const others = mediaRanges(accept);
  if (others.length > 0 && others.every(({ type, q }) => UNSERVED.has(type) || q === 0))
    throw new HttpError(406, `only ${RAW_TYPE}, ${CAR_TYPE} and the content itself are served`);
  return { kind: 'plain' };
}

/**
 * The format of ours that the client likes best (RFC 9110 section 12.5.1). It is preferred to whatever a browser
 * sends besides. Of several kinds of CAR the best one that can be made is taken.
 */
function acceptedFormat(accept: string | undefined): Format | undefined {
  const ours = mediaRanges(accept)
    .filter(({ type, q }) => q > 0 && (type === RAW_TYPE || type === CAR_TYPE))
    // Array.sort is stable: what comes first wins between equals.
    .sort((a, b) => b.q - a.q);
  const best = ours.find(({ type, options }) => type === RAW_TYPE || isServed(options)) ?? ours[0];
  if (best === undefined) return undefined;
  return best.type === RAW_TYPE ? { kind: 'raw' } : { kind: 'car', options: best.options };
}

function isServed(options: ReadonlyMap<string, string>): boolean {
  return (
    ['1', undefined].includes(options.get('version')) &&
    ['dfs', 'unk', undefined].includes(options.get('order')) &&
    ['y', 'n', undefined].includes(options.get('dups'))
  );
}

type MediaRange = { type: string; q: number; options: Map<string, string> };

function mediaRanges(accept: string | undefined): MediaRange[] {
  return (accept ?? '')
    .split(',')
    .map((item): MediaRange => {
      const [type = '', ...rest] = item.split(';').map((part) => part.trim());
      const options = new Map<string, string>();
      for (const option of rest) {
        const [name = '', value = ''] = option.split('=', 2).map((part) => part.trim());
        options.set(name.toLowerCase(), value.replace(/^"(.*)"$/, '$1'));
      }
      const q = Number(options.get('q') ?? 1);
      options.delete('q');
      return { type: type.toLowerCase(), q: Number.isFinite(q) ? q : 0, options };
    })
    .filter(({ type }) => type !== '');
}
