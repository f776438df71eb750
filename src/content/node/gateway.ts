import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { SaharaError } from '../../base/errors.ts';
import { resolvePath } from '../unixfs.ts';
import { sendCar, sendRaw } from './gateway-blocks.ts';
import { sendPlain } from './gateway-files.ts';
import { gatewayRequest, HttpError } from './gateway-request.ts';
import { refuseGateway } from './guard.ts';
import { BadRequest, type ContentNode, MissingBlock } from './node.ts';

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

async function serve(node: ContentNode, message: IncomingMessage, response: ServerResponse): Promise<void> {
  const refused = refuseGateway(message);
  if (refused !== undefined) throw new HttpError(403, refused);
  if (message.method !== 'GET' && message.method !== 'HEAD') {
    response.setHeader('Allow', 'GET, HEAD');
    throw new HttpError(405, 'only GET and HEAD are served here');
  }
  const request = gatewayRequest(message);
  const { root, path, format } = request;
  const gone = new AbortController();
  response.on('close', () => gone.abort(new Error('the client went away')));
  // Whoever has gone away is worked for no longer than the next block takes.
  const reading: ContentNode = {
    ...node,
    async get(cid) {
      gone.signal.throwIfAborted();
      return await node.get(cid);
    },
  };
  try {
    // Blocks need not be UnixFS, or anything that we understand.
    if (format.kind !== 'plain' && path === '') {
      await reading.get(root);
      if (format.kind === 'raw') return await sendRaw(reading, request, root, response);
      return await sendCar(reading, request, format.options, root, response, gone.signal);
    }
    const found = await resolvePath(reading.get, root, path);
    if (format.kind === 'raw') return await sendRaw(reading, request, found.cid, response);
    if (format.kind === 'car')
      return await sendCar(reading, request, format.options, found.cid, response, gone.signal);
    await sendPlain(reading.get, request, found, response);
  } catch (error) {
    const cached = /\bonly-if-cached\b/.test(message.headers['cache-control'] ?? '');
    if (cached && statusOf(error) === 404 && !response.headersSent)
      throw new HttpError(412, (error as Error).message);
    throw error;
  }
}
