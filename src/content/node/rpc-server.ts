import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { refuseRpc } from './guard.ts';
import { BadRequest, type ContentNode } from './node.ts';
import { type Handler, sendError, sendJson, sendReply } from './reply.ts';
import { add } from './rpc-add.ts';
import { blockGet, blockPut, blockStat, cat, ls, refs, refsLocal, resolve } from './rpc-blocks.ts';
import { dagExport, dagImport } from './rpc-dag.ts';
import { dagStat } from './rpc-dag-stat.ts';
import { get } from './rpc-get.ts';
import { pinAdd, pinLs, pinRm, pinUpdate } from './rpc-pins.ts';
import { repoGc, repoStat, repoVerify } from './rpc-repo.ts';

/** Ours; clients tell the embedded node from Kubo by the commit. */
export const NODE_VERSION = '0.1.0';
export const NODE_COMMIT = 'sahara-devkit';
const AGENT = `${NODE_COMMIT}/${NODE_VERSION}`;

const version: Handler = async () => ({
  json: {
    Version: NODE_VERSION,
    Commit: NODE_COMMIT,
    Repo: '1',
    System: `${process.arch}/${process.platform}`,
    Golang: '',
  },
});

const id: Handler = async (node, call) => {
  if (call.args[0] !== undefined && call.args[0] !== node.peer.id) throw new Error('this node is offline');
  return {
    json: {
      ID: node.peer.id,
      PublicKey: node.peer.publicKey,
      Addresses: [],
      AgentVersion: AGENT,
      Protocols: [],
    },
  };
};

const swarmPeers: Handler = async () => ({ json: { Peers: [] } });

/** The part of Kubo's RPC (https://docs.ipfs.tech/reference/kubo/rpc/) that this node serves. */
const ENDPOINTS: ReadonlyMap<string, Handler> = new Map(
  Object.entries({
    add,
    'block/get': blockGet,
    'block/put': blockPut,
    'block/stat': blockStat,
    cat,
    'dag/export': dagExport,
    'dag/import': dagImport,
    'dag/stat': dagStat,
    get,
    id,
    ls,
    'pin/add': pinAdd,
    'pin/ls': pinLs,
    'pin/rm': pinRm,
    'pin/update': pinUpdate,
    refs,
    'refs/local': refsLocal,
    'repo/gc': repoGc,
    'repo/stat': repoStat,
    'repo/verify': repoVerify,
    resolve,
    'swarm/peers': swarmPeers,
    version,
  }),
);

const PREFIX = '/api/v0/';

/** The Kubo RPC of a node. Listens nowhere yet. */
export function rpcServer(node: ContentNode, log: (message: string) => void): Server {
  const server = createServer((request, response) => {
    serve(node, request, response).catch((error) => {
      if (!request.complete) {
        // The client is still sending. Take it off the wire for a while, so that it reads our answer
        // instead of a broken pipe; but not for ever.
        request.resume();
        setTimeout(() => request.destroy(), 10_000).unref();
      }
      sendError(response, error);
      // "Is it pinned?" and "is it whole?" are questions, and "no" is no failure.
      const message = (error as Error).message;
      if (!/is not pinned|of these DAGs/.test(message)) log(`${request.url?.split('?')[0]}: ${message}`);
    });
  });
  // Uploads may take hours; a client that is silent for long is cut off by its socket, not by a deadline.
  server.requestTimeout = 0;
  server.keepAliveTimeout = 30_000;
  server.timeout = 10 * 60_000;
  return server;
}

async function serve(node: ContentNode, request: IncomingMessage, response: ServerResponse): Promise<void> {
  response.setHeader('Server', AGENT);
  const refused = refuseRpc(request);
  if (refused !== undefined) return sendText(response, 403, `403 - Forbidden: ${refused}`);
  const url = new URL(request.url ?? '/', 'http://node');
  const name = url.pathname.slice(PREFIX.length).replace(/\/$/, '');
  const handler = url.pathname.startsWith(PREFIX) ? ENDPOINTS.get(name) : undefined;
  if (handler === undefined) {
    request.resume();
    return sendJson(response, 404, { Message: `command not found: ${url.pathname}`, Code: 1, Type: 'error' });
  }
  if (request.method !== 'POST') {
    response.setHeader('Allow', 'OPTIONS, POST');
    return sendText(response, 405, '405 - Method Not Allowed');
  }
  const gone = new AbortController();
  response.on('close', () => {
    if (!response.writableFinished) gone.abort(new Error('the client went away'));
  });
  const args = url.searchParams.getAll('arg');
  for (const arg of args) if (arg.length > 4096) throw new BadRequest('argument is too long');
  const reply = await handler(node, { query: url.searchParams, args, request, signal: gone.signal });
  await sendReply(response, reply);
}

function sendText(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, {
    'Content-Type': 'text/plain; charset=utf-8',
    'X-Content-Type-Options': 'nosniff',
  });
  response.end(`${text}\n`);
}
