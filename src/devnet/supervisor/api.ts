import { rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { SaharaError } from '../../base/errors.ts';

export type ApiHandlers = Record<string, () => Promise<unknown> | unknown>;

/** Serves the supervisor's API on its socket. Keys are "METHOD /path"; answers are JSON. */
export async function serveApi(socket: string, handlers: ApiHandlers): Promise<Server> {
  // Only the holder of the lock comes here, so a socket file that is there is left from a dead one.
  if (process.platform !== 'win32') rmSync(socket, { force: true });
  const server = createServer(async (request, response) => {
    const handler = handlers[`${request.method} ${request.url}`];
    response.setHeader('content-type', 'application/json');
    try {
      if (!handler) response.writeHead(404).end('{}');
      else response.end(JSON.stringify((await handler()) ?? {}));
    } catch (error) {
      const { message } = error as Error;
      const params = error instanceof SaharaError ? error.params : {};
      response.writeHead(500).end(JSON.stringify({ message, params }));
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
