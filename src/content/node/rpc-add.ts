import type { FileCandidate, ImporterOptions } from 'ipfs-unixfs-importer';
import { type CID, inlined } from '../cid.ts';
import { pathProblem } from '../names.ts';
import { readMultipart } from './multipart.ts';
import { BadRequest, type ContentNode } from './node.ts';
import type { Hold } from './pack-store.ts';
import { type Call, flag, type Handler, type Reply } from './reply.ts';

/** Kubo's default chunk, and the largest one that still makes a legal block. Bytes. */
const DEFAULT_CHUNK = 256 * 1024;
const MAX_CHUNK = 2 * 1024 * 1024 - 256;

/** Parameters that would change the answer, and that we do not honour: better an error than a wrong CID. */
const UNSUPPORTED = ['trickle', 'nocopy', 'inline', 'preserve-mode', 'preserve-mtime', 'to-files'];

/**
 * `add`, for tools that want the node to make the DAG. Defaults are Kubo's, the 2015 profile: CIDv0, 256 KiB
 * chunks, wrapped leaves. Our own commands never use it.
 */
export const add: Handler = async (node, call) => {
  for (const name of UNSUPPORTED) {
    const value = call.query.get(name);
    if (value !== null && value !== 'false' && value !== '')
      throw new BadRequest(`option "${name}" is not supported`);
  }
  const hash = call.query.get('hash') ?? 'sha2-256';
  if (hash !== 'sha2-256') throw new BadRequest(`hash "${hash}" is not supported, only sha2-256`);
  const onlyHash = flag(call, 'only-hash', false);
  const wrap = flag(call, 'wrap-with-directory', false);
  const hold = node.store.hold();
  try {
    return await addAll(node, call, { hold, onlyHash, wrap });
  } finally {
    hold.leave();
  }
};

async function addAll(
  node: ContentNode,
  call: Call,
  { hold, onlyHash, wrap }: { hold: Hold; onlyHash: boolean; wrap: boolean },
): Promise<Reply> {
  const writer = node.store.writer(hold);
  const blockstore = {
    async put(cid: CID, bytes: unknown): Promise<CID> {
      if (!onlyHash && inlined(cid) === undefined) await writer.add({ cid, bytes: bytes as Uint8Array });
      return cid;
    },
  };
  const { importer } = await import('ipfs-unixfs-importer');
  const options = await importOptions(call, wrap);
  const results: { path: string; cid: CID; size: bigint }[] = [];
  const source = candidates(call);
  for await (const entry of importer(
    source,
    blockstore as unknown as Parameters<typeof importer>[1],
    options,
  )) {
    results.push({ path: entry.path ?? '', cid: entry.cid, size: entry.size });
  }
  if (results.length === 0) throw new BadRequest('argument "path" is required');
  if (!onlyHash) {
    await writer.finish();
    if (flag(call, 'pin', true)) {
      await pinRoots(node, results, wrap, call);
      hold.settle();
    }
  }
  const lines = results.map(({ path, cid, size }) => ({
    Name: path === '' && !wrap ? cid.toString() : path,
    Hash: cid.toString(),
    Size: String(size),
  }));
  if (!flag(call, 'progress', false)) return { lines };
  return { lines: lines.flatMap((line) => [{ Name: line.Name, Bytes: Number(line.Size) }, line]) };
}

/** The tops of what was added: the wrapping folder, or everything that lies in no other folder. */
async function pinRoots(
  node: ContentNode,
  results: { path: string; cid: CID }[],
  wrap: boolean,
  call: Call,
): Promise<void> {
  const name = call.query.get('pin-name') ?? '';
  const tops = results.filter(({ path }) => (wrap ? path === '' : !path.includes('/')));
  await node.keeper.pin(
    tops.map(({ cid }) => ({ cid, type: 'recursive', name })),
    call.signal,
  );
}

async function importOptions(call: Call, wrap: boolean): Promise<ImporterOptions> {
  const version = call.query.get('cid-version') ?? '0';
  if (version !== '0' && version !== '1') throw new BadRequest(`unknown CID version: ${version}`);
  const rawLeaves = flag(call, 'raw-leaves', version === '1');
  const chunker = /^size-(\d+)$/.exec(call.query.get('chunker') || `size-${DEFAULT_CHUNK}`);
  const chunkSize = Number(chunker?.[1] ?? 0);
  if (chunkSize < 1 || chunkSize > MAX_CHUNK) {
    throw new BadRequest(
      `chunker "${call.query.get('chunker')}" is not supported, only size-1 to size-${MAX_CHUNK}`,
    );
  }
  const { fixedSize } = await import('ipfs-unixfs-importer/chunker');
  const { balanced } = await import('ipfs-unixfs-importer/layout');
  const links = Number(call.query.get('max-file-links') ?? 174);
  return {
    profile: 'unixfs-v0-2015',
    cidVersion: version === '0' ? 0 : 1,
    rawLeaves,
    chunker: fixedSize({ chunkSize }),
    layout: balanced({ maxChildrenPerNode: Math.min(Math.max(links, 2), 8192) }),
    wrapWithDirectory: wrap,
    // Parts of one body arrive one after the other; a second file cannot be read beside the first.
    fileImportConcurrency: 1,
  };
}

async function* candidates(call: Call) {
  const { request } = call;
  for await (const part of readMultipart(request.headers['content-type'], request)) {
    call.signal.throwIfAborted();
    const path = part.filename.replace(/^\/+/, '').replace(/\/+$/, '');
    const problem = path === '' ? undefined : pathProblem(path);
    if (problem !== undefined) throw new BadRequest(`${problem}: ${JSON.stringify(path)}`);
    if (part.contentType === 'application/x-directory') {
      if (path !== '') yield { path };
    } else if (part.contentType === 'application/symlink') {
      throw new BadRequest('symbolic links are not supported');
    } else {
      const content = part.body as AsyncIterable<Uint8Array>;
      yield { content, ...(path === '' ? {} : { path }) } satisfies FileCandidate<AsyncIterable<Uint8Array>>;
    }
  }
}
