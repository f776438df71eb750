import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { SaharaError } from '../../base/errors.ts';
import { type CID, parseCid } from '../cid.ts';
import { byBytes } from '../names.ts';
import { fileBytes, folderEntries, peekEntry, readNode, resolvePath, type UnixNode } from '../unixfs.ts';
import { carRequest, gatewayCar } from './gateway-car.ts';
import { contentType, type ListedEntry, listingPage } from './gateway-pages.ts';
import { refuseGateway } from './guard.ts';
import { BadRequest, type ContentNode, MissingBlock } from './node.ts';
import { sendReply } from './reply.ts';

/** Something is not right with the request or not here; `status` says what. */
class HttpError extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** What can be asked for: bytes as they are, a CAR, or (for people) the file or listing itself. */
type Format = { kind: 'raw' } | { kind: 'car'; options: ReadonlyMap<string, string> } | { kind: 'plain' };

const IMMUTABLE = 'public, max-age=29030400, immutable';

/**
 * The read side: a trustless gateway (https://specs.ipfs.tech/http-gateways/trustless-gateway/) and, for
 * people, plain paths with content types, ranges and listings. Listens nowhere yet.
 */
export function gatewayServer(node: ContentNode, log: (message: string) => void): Server {
  const server = createServer((request, response) => {
    request.resume();
    serve(node, request, response).catch((error) => {
      if (response.headersSent) {
        response.destroy();
        return;
      }
      const status = statusOf(error);
      if (status >= 500) log(`${request.url}: ${(error as Error).message}`);
      const body = Buffer.from(`${(error as Error).message}\n`);
      response.writeHead(status, {
        'Content-Type': 'text/plain; charset=utf-8',
        'Content-Length': body.length,
        'X-Content-Type-Options': 'nosniff',
      });
      response.end(request.method === 'HEAD' ? undefined : body);
    });
  });
  server.keepAliveTimeout = 30_000;
  return server;
}

function statusOf(error: unknown): number {
  if (error instanceof HttpError) return error.status;
  if (error instanceof BadRequest) return 400;
  if (error instanceof MissingBlock) return 404;
  if (error instanceof SaharaError) {
    if (error.id === 'CONTENT_NOT_FOUND') return 404;
    if (error.id === 'CONTENT_CID_INVALID') return 400;
    if (error.id === 'CONTENT_UNSAFE') return 422;
  }
  return 500;
}

async function serve(node: ContentNode, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const refused = refuseGateway(request);
  if (refused !== undefined) throw new HttpError(403, refused);
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.setHeader('Allow', 'GET, HEAD');
    throw new HttpError(405, 'only GET and HEAD are served here');
  }
  const url = new URL(request.url ?? '/', 'http://gateway');
  const parts = /^\/ipfs\/([^/]+)(\/.*)?$/.exec(url.pathname);
  if (parts === null) throw new HttpError(404, 'paths here begin with /ipfs/');
  const path = decodePath(parts[2] ?? '');
  const root = parseCid(parts[1] as string);
  const gone = new AbortController();
  response.on('close', () => gone.abort());

  let found: Awaited<ReturnType<typeof resolvePath>>;
  try {
    const format = formatOf(url.searchParams, request.headers.accept);
    // A raw block need not be UnixFS, or anything that we understand.
    if (format.kind === 'raw' && path === '') {
      await node.get(root);
      return await sendRaw(node, root, root, path, request, response);
    }
    found = await resolvePath(node.get, root, path);
    if (format.kind === 'raw') return await sendRaw(node, root, found.cid, path, request, response);
    if (format.kind === 'car') {
      return await sendCar(
        node,
        root,
        path,
        found.cid,
        format.options,
        url.searchParams,
        request,
        response,
        gone.signal,
      );
    }
  } catch (error) {
    const cached = /\bonly-if-cached\b/.test(request.headers['cache-control'] ?? '');
    if (cached && statusOf(error) === 404) throw new HttpError(412, (error as Error).message);
    throw error;
  }
  await sendPlain(node, url, root, path, found, request, response);
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

function formatOf(query: URLSearchParams, accept: string | undefined): Format {
  const wanted = query.get('format');
  const accepted = new Map<string, Map<string, string>>();
  for (const item of (accept ?? '').split(',')) {
    const [type = '', ...options] = item.split(';').map((part) => part.trim());
    accepted.set(type, new Map(options.map((option) => option.split('=', 2) as [string, string])));
  }
  const car = accepted.get('application/vnd.ipld.car');
  switch (wanted) {
    case 'raw':
      return { kind: 'raw' };
    case 'car':
      return { kind: 'car', options: car ?? new Map() };
    case null:
      if (accepted.has('application/vnd.ipld.raw')) return { kind: 'raw' };
      return car === undefined ? { kind: 'plain' } : { kind: 'car', options: car };
    default:
      throw new BadRequest(`format "${wanted}" is not supported, only raw and car`);
  }
}

function ipfsPath(root: CID, path: string): string {
  return `/ipfs/${root}${path === '' ? '' : `/${path.split('/').map(encodeURIComponent).join('/')}`}`;
}

/** Sets what all answers share. True when the client has it already, and was told so. */
function answered(request: IncomingMessage, response: ServerResponse, etag: string, ipfs: string): boolean {
  response.setHeader('Etag', etag);
  response.setHeader('Cache-Control', IMMUTABLE);
  response.setHeader('X-Content-Type-Options', 'nosniff');
  response.setHeader('X-Ipfs-Path', ipfs);
  const known = (request.headers['if-none-match'] ?? '')
    .split(',')
    .map((tag) => tag.trim().replace(/^W\//, ''));
  if (!known.includes(etag.replace(/^W\//, '')) && !known.includes('*')) return false;
  response.writeHead(304);
  response.end();
  return true;
}

async function sendRaw(
  node: ContentNode,
  root: CID,
  cid: CID,
  path: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (answered(request, response, `"${cid}.raw"`, ipfsPath(root, path))) return;
  const bytes = await node.get(cid);
  response.writeHead(200, {
    'Content-Type': 'application/vnd.ipld.raw',
    'Content-Length': bytes.length,
    'Content-Disposition': `attachment; filename="${cid}.bin"`,
  });
  response.end(request.method === 'HEAD' ? undefined : bytes);
}

async function sendCar(
  node: ContentNode,
  root: CID,
  path: string,
  cid: CID,
  options: ReadonlyMap<string, string>,
  query: URLSearchParams,
  request: IncomingMessage,
  response: ServerResponse,
  signal: AbortSignal,
): Promise<void> {
  const car = carRequest(query, options);
  const dups = car.dups ? 'y' : 'n';
  const range = car.range === undefined ? '' : `.${car.range.from}-${car.range.to ?? ''}`;
  if (
    answered(request, response, `W/"${root}.${cid}.${car.scope}${range}.${dups}.car"`, ipfsPath(root, path))
  )
    return;
  const headers = {
    'Content-Disposition': `attachment; filename="${cid}.car"`,
    'Accept-Ranges': 'none',
  };
  const type = `application/vnd.ipld.car; version=1; order=dfs; dups=${dups}`;
  if (request.method === 'HEAD') {
    response.writeHead(200, { ...headers, 'Content-Type': type });
    response.end();
    return;
  }
  await sendReply(response, { bytes: gatewayCar(node, root, path, car, signal), type, headers });
}

async function sendPlain(
  node: ContentNode,
  url: URL,
  root: CID,
  path: string,
  found: { cid: CID; node: UnixNode },
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (found.node.type === 'symlink') throw new HttpError(422, 'symbolic links are not followed');
  if (found.node.type === 'file') {
    const file = { cid: found.cid, node: found.node };
    return await sendFile(node, url, root, path, file, request, response);
  }
  if (!url.pathname.endsWith('/')) {
    response.writeHead(302, { Location: `${url.pathname}/${url.search}` });
    response.end();
    return;
  }
  const entries: ListedEntry[] = [];
  for await (const entry of folderEntries(node.get, found.cid, found.node)) {
    const { name, cid } = entry;
    const child = name === 'index.html' ? await readNode(node.get, cid) : await peekEntry(node.get, entry);
    if (name === 'index.html' && child.type === 'file') {
      const file = { cid, node: child };
      return await sendFile(node, url, root, `${path}/index.html`, file, request, response);
    }
    entries.push({
      name,
      size: child.type === 'file' ? child.size : 0,
      folder: child.type === 'folder' || child.type === 'shard',
    });
  }
  const ipfs = ipfsPath(root, path);
  if (answered(request, response, `"DirIndex-1.${found.cid}"`, ipfs)) return;
  entries.sort((a, b) => byBytes(a.name, b.name));
  const title = `/ipfs/${root}${path === '' ? '' : `/${path}`}`;
  const page = Buffer.from(listingPage(title, found.cid.toString(), entries, path === ''));
  response.writeHead(200, {
    'Content-Type': 'text/html; charset=utf-8',
    'Content-Length': page.length,
    'Content-Security-Policy': "default-src 'none'; style-src 'unsafe-inline'",
  });
  response.end(request.method === 'HEAD' ? undefined : page);
}

async function sendFile(
  node: ContentNode,
  url: URL,
  root: CID,
  path: string,
  file: { cid: CID; node: UnixNode & { type: 'file' } },
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const etag = `"${file.cid}"`;
  if (answered(request, response, etag, ipfsPath(root, path))) return;
  const { size } = file.node;
  const range = rangeOf(request, size, etag);
  if (range === 'impossible') {
    response.setHeader('Content-Range', `bytes */${size}`);
    throw new HttpError(416, 'the range lies outside of the file');
  }
  const { start, end } = range ?? { start: 0, end: size };
  const name = url.searchParams.get('filename') ?? path.split('/').at(-1) ?? '';
  const first: Uint8Array[] = [];
  for await (const chunk of fileBytes(node.get, file.cid, file.node, { start: 0, end: 512 }))
    first.push(chunk);
  const shown = name === '' ? file.cid.toString() : name;
  const kind = url.searchParams.get('download') === 'true' ? 'attachment' : 'inline';
  response.writeHead(range === undefined ? 200 : 206, {
    'Content-Type': contentType(name, Buffer.concat(first)),
    'Content-Length': end - start,
    'Accept-Ranges': 'bytes',
    'Content-Disposition': `${kind}; filename*=UTF-8''${encodeURIComponent(shown).replace(/['()*]/g, (c) => `%${c.charCodeAt(0).toString(16)}`)}`,
    ...(range === undefined ? {} : { 'Content-Range': `bytes ${start}-${end - 1}/${size}` }),
  });
  if (request.method === 'HEAD' || end === start) {
    response.end();
    return;
  }
  await pipeline(fileBytes(node.get, file.cid, file.node, { start, end }), response);
}

/** The one range asked for (RFC 9110 section 14). Several, or none that can be read, mean the whole file. */
function rangeOf(
  request: IncomingMessage,
  size: number,
  etag: string,
): { start: number; end: number } | 'impossible' | undefined {
  const match = /^bytes=(\d*)-(\d*)$/.exec(request.headers.range ?? '');
  const condition = request.headers['if-range'];
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
