import { CID } from 'multiformats/cid';
import { cidV1, DAG_PB, inlined, MAX_BLOCK_BYTES, parseCid, RAW, sha256 } from '../cid.ts';
import { fileBytes, folderEntries, linksOf, peekEntry } from '../unixfs.ts';
import { readMultipart } from './multipart.ts';
import { BadRequest, type ContentNode, MissingBlock } from './node.ts';
import type { Hold } from './pack-store.ts';
import { type Call, count, flag, type Handler, needArg, type Reply } from './reply.ts';

/** The CID that an argument means, following a path only when there is one. */
async function cidOf(node: ContentNode, arg: string): Promise<CID> {
  const bare = arg.replace(/^\/ipfs\//, '').replace(/\/$/, '');
  return bare.includes('/') ? (await node.resolve(arg)).cid : parseCid(bare);
}

async function* one(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

export const blockGet: Handler = async (node, call) => {
  const bytes = await node.get(await cidOf(node, needArg(call, 'cid')));
  return { bytes: one(bytes), type: 'application/vnd.ipld.raw', length: bytes.length };
};

export const blockStat: Handler = async (node, call) => {
  const cid = await cidOf(node, needArg(call, 'cid'));
  const size = inlined(cid)?.length ?? node.store.size(cid);
  if (size === undefined) throw new MissingBlock(cid);
  return { json: { Key: cid.toString(), Size: size } };
};

export const blockPut: Handler = async (node, call) => {
  const codec = call.query.get('cid-codec') ?? 'raw';
  const format = call.query.get('format');
  const hash = call.query.get('mhtype') ?? 'sha2-256';
  if (hash !== 'sha2-256') throw new BadRequest(`hash "${hash}" is not supported, only sha2-256`);
  const codes: Record<string, number> = { raw: RAW, 'dag-pb': DAG_PB, protobuf: DAG_PB };
  const code = codes[format === null || format === 'v0' ? codec : format];
  if (code === undefined)
    throw new BadRequest(`codec "${format ?? codec}" is not supported, only raw and dag-pb`);
  const hold = node.store.hold();
  try {
    return await putBlocks(node, call, { hold, code: format === 'v0' ? DAG_PB : code, v0: format === 'v0' });
  } finally {
    hold.leave();
  }
};

async function putBlocks(
  node: ContentNode,
  call: Call,
  { hold, code, v0 }: { hold: Hold; code: number; v0: boolean },
): Promise<Reply> {
  const replies: unknown[] = [];
  const writer = node.store.writer(hold);
  const added: CID[] = [];
  for await (const part of readMultipart(call.request.headers['content-type'], call.request)) {
    const bytes = await collectBlock(part.body);
    const v1 = cidV1(code, sha256(bytes));
    const cid = v0 ? v1.toV0() : v1;
    if (cid.code === DAG_PB) linksOf(cid, bytes);
    await writer.add({ cid, bytes });
    added.push(cid);
    replies.push({ Key: cid.toString(), Size: bytes.length });
  }
  if (replies.length === 0) throw new BadRequest('argument "data" is required');
  await writer.finish();
  if (flag(call, 'pin', false)) {
    await node.keeper.pin(
      added.map((cid) => ({ cid, type: 'recursive', name: '' })),
      call.signal,
    );
    hold.settle();
  }
  return { lines: replies };
}

async function collectBlock(body: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > MAX_BLOCK_BYTES) throw new BadRequest(`produced block is over 2MiB: ${size} bytes at least`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

export const cat: Handler = async (node, call) => {
  const { cid, node: found } = await node.resolve(needArg(call, 'ipfs-path'));
  if (found.type !== 'file') throw new Error('this dag node is a directory');
  const start = Math.min(count(call, 'offset') ?? 0, found.size);
  const end = Math.min(start + (count(call, 'length') ?? found.size), found.size);
  const bytes = fileBytes(node.get, cid, found, { start, end });
  return { bytes, length: end - start, headers: { 'X-Content-Length': String(end - start) } };
};

/** Numbers of UnixFS types, as Kubo's `ls` gives them. */
const TYPES = { file: 2, folder: 1, shard: 1, symlink: 4 } as const;

export const ls: Handler = async (node, call) => {
  needArg(call, 'ipfs-path');
  const sizes = flag(call, 'size', true);
  const types = flag(call, 'resolve-type', true);
  const objects: unknown[] = [];
  for (const arg of call.args) {
    const { cid, node: found } = await node.resolve(arg);
    const links: unknown[] = [];
    for await (const entry of folderEntries(node.get, cid, found)) {
      const child = sizes || types ? await peekEntry(node.get, entry) : undefined;
      links.push({
        Name: entry.name,
        Hash: entry.cid.toString(),
        Size: sizes && child?.type === 'file' ? child.size : 0,
        Type: child === undefined ? 0 : TYPES[child.type],
        Target: child?.type === 'symlink' ? child.target : '',
      });
    }
    if (found.type === 'file') {
      // A file is listed as itself, as kubo-rpc-client expects it: without links but with its own facts.
      objects.push({
        Hash: cid.toString(),
        Links: [],
        Name: '',
        Size: found.size,
        Type: TYPES.file,
        Target: '',
      });
    } else objects.push({ Hash: arg, Links: links });
  }
  return { json: { Objects: objects } };
};

export const resolve: Handler = async (node, call) => {
  const { cid } = await node.resolve(needArg(call, 'name'));
  return { json: { Path: `/ipfs/${cid}` } };
};

export const refs: Handler = async (node, call) => {
  needArg(call, 'ipfs-path');
  const recursive = flag(call, 'recursive', false);
  const depth = recursive ? Number(call.query.get('max-depth') ?? -1) : 1;
  return { lines: references(node, call, depth < 0 ? Number.POSITIVE_INFINITY : depth) };
};

async function* references(node: ContentNode, call: Call, maxDepth: number): AsyncGenerator<unknown> {
  const unique = flag(call, 'unique', false);
  const edges = flag(call, 'edges', false);
  const seen = new Set<string>();
  for (const arg of call.args) {
    const waiting = [{ cid: (await node.resolve(arg)).cid, depth: 0 }];
    const visited = new Set<string>();
    for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
      call.signal.throwIfAborted();
      if (at.depth >= maxDepth || at.cid.code === RAW) continue;
      const links = linksOf(at.cid, await node.get(at.cid));
      for (const link of links) {
        const text = link.toString();
        if (!unique || !seen.has(text)) yield { Ref: edges ? `${at.cid} -> ${text}` : text, Err: '' };
        seen.add(text);
      }
      for (const link of links.toReversed()) {
        // Each node is opened once: a DAG that shares its parts would otherwise unfold without end.
        if (visited.has(link.toString())) continue;
        visited.add(link.toString());
        waiting.push({ cid: link, depth: at.depth + 1 });
      }
    }
  }
}

export const refsLocal: Handler = async (node): Promise<Reply> => {
  function* lines() {
    for (const cid of node.store.keys()) yield { Ref: CID.createV1(RAW, cid.multihash).toString(), Err: '' };
  }
  return { lines: lines() };
};
