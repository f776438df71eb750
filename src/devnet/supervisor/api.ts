import { rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { SaharaError } from '../../base/errors.ts';

export type ApiHandlers = Record<string, (body: string) => Promise<unknown> | unknown>;

/** More than any request has. Bytes. */
const MAX_BODY = 64 * 1024;

/**
 * Serves the supervisor's API on its socket. Keys are "METHOD /path"; answers are JSON.
 *
 * @param follow answers `GET /events`, by a response that stays open
 */
export async function serveApi(
  socket: string,
  handlers: ApiHandlers,
  follow?: (response: ServerResponse) => void,
): Promise<Server> {
  // Only the holder of the lock comes here, so a socket file that is there is left from a dead one.
  if (process.platform !== 'win32') rmSync(socket, { force: true });
  const server = createServer(async (request, response) => {
    if (follow && request.method === 'GET' && request.url === '/events') return follow(response);
    const handler = handlers[`${request.method} ${request.url}`];
    response.setHeader('content-type', 'application/json');
    try {
      if (!handler) response.writeHead(404).end('{}');
      else response.end(JSON.stringify((await handler(await bodyOf(request))) ?? {}));
    } catch (error) {
      const { message } = error as Error;
      const params = error instanceof SaharaError ? error.params : {};
      const id = error instanceof SaharaError ? error.id : null;
      response.writeHead(500).end(JSON.stringify({ message, params, id }));
    }
  });
  const before = process.umask(0o077);
  try {
    await new Promise<void>((resolve, reject) => server.once('error', reject).listen(socket, resolve));
  } finally {
    process.umask(before);
  }
  return server;
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = '';
  for await (const chunk of request.setEncoding('utf8')) {
    body += chunk;
    if (body.length > MAX_BODY) throw new Error('a request of this length is not understood');
  }
  return body;
}
