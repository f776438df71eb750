import type { ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import type { CID } from '../cid.ts';
import { byBytes } from '../names.ts';
import { fileBytes, folderEntries, type GetBlock, peeker, readNode, type UnixNode } from '../unixfs.ts';
import { answered, disposition, ipfsPath, rangeOf } from './gateway-headers.ts';
import { contentType, type ListedEntry, listingPage } from './gateway-pages.ts';
import { type GatewayRequest, HttpError } from './gateway-request.ts';

/** Roots of a path that its answer names. */
const MAX_ROOTS = 64;

type Found = { cid: CID; node: UnixNode; through: readonly CID[] };

/** For people: a file as it is, a folder as its index.html or as a listing. */
export async function sendPlain(
  get: GetBlock,
  request: GatewayRequest,
  found: Found,
  response: ServerResponse,
): Promise<void> {
  const { url, root, path } = request;
  const { cid, node } = found;
  if (node.type === 'symlink') throw new HttpError(422, 'symbolic links are not followed');
  // Clients take no headers without end.
  if (found.through.length < MAX_ROOTS) response.setHeader('X-Ipfs-Roots', [...found.through, cid].join(','));
  if (node.type === 'file') return await sendFile(get, request, { cid, node }, path, response);
  // Links in a page are relative to its folder, which needs the slash to be one.
  if (!url.pathname.endsWith('/')) {
    response.writeHead(301, { Location: `${url.pathname}/${url.search}` });
    response.end();
    return;
  }
  const entries: ListedEntry[] = [];
  const peek = peeker(get);
  for await (const entry of folderEntries(get, cid, node)) {
    if (entry.name === 'index.html') {
      const index = await readNode(get, entry.cid);
      const file = { cid: entry.cid, node: index };
      if (index.type === 'file')
        return await sendFile(get, request, { ...file, node: index }, `${path}/index.html`, response);
    }
    const child = await peek(entry);
    const folder = child.type === 'folder' || child.type === 'shard';
    entries.push({ name: entry.name, size: child.type === 'file' ? child.size : 0, folder });
  }
  if (answered(request, response, `"DirIndex-1.${cid}"`)) return;
  entries.sort((a, b) => byBytes(a.name, b.name));
  const title = `/ipfs/${root}${path === '' ? '' : `/${path}`}`;
  const page = Buffer.from(listingPage(title, cid.toString(), entries, path === ''));
  response.writeHead(200, {
    'Content-Type': 'text/html; charset=utf-8',
    'Content-Length': page.length,
    'Content-Security-Policy': "default-src 'none'; style-src 'unsafe-inline'",
  });
  response.end(request.method === 'HEAD' ? undefined : page);
}

async function sendFile(
  get: GetBlock,
  request: GatewayRequest,
  { cid, node }: { cid: CID; node: UnixNode & { type: 'file' } },
  path: string,
  response: ServerResponse,
): Promise<void> {
  const etag = `"${cid}"`;
  if (answered(request, response, etag)) return;
  response.setHeader('X-Ipfs-Path', ipfsPath(request.root, path));
  const { size } = node;
  const range = rangeOf(request, size, etag);
  if (range === 'impossible') throw unsatisfiable(response, size);
  const { start, end } = range ?? { start: 0, end: size };
  const query = request.url.searchParams;
  const name = query.get('filename') || (path.split('/').at(-1) ?? '');
  const first: Uint8Array[] = [];
  for await (const chunk of fileBytes(get, cid, node, { start: 0, end: 512 })) first.push(chunk);
  const kind = query.get('download') === 'true' ? 'attachment' : 'inline';
  response.writeHead(range === undefined ? 200 : 206, {
    'Content-Type': contentType(name, Buffer.concat(first)),
    'Content-Length': end - start,
    'Accept-Ranges': 'bytes',
    'Content-Disposition': disposition(kind, name === '' ? cid.toString() : name),
    ...(range === undefined ? {} : { 'Content-Range': `bytes ${start}-${end - 1}/${size}` }),
  });
  if (request.method === 'HEAD' || end === start) {
    response.end();
    return;
  }
  await pipeline(fileBytes(get, cid, node, { start, end }), response);
}

/** What a range outside of the content gets. Nothing of it may be kept. */
export function unsatisfiable(response: ServerResponse, size: number): HttpError {
  response.removeHeader('Etag');
  response.removeHeader('Cache-Control');
  response.setHeader('Content-Range', `bytes */${size}`);
  return new HttpError(416, 'the range lies outside of the content');
}
