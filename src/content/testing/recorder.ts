import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Recorder = {
  /** Address to use instead of the node's. */
  api: string;
  /** Endpoints that were called and answered with 200, e.g. `pin/add`. */
  called: ReadonlySet<string>;
  close(): Promise<void>;
};

/** Stands before a node's RPC and notes what is called. */
export async function recordCalls(api: string): Promise<Recorder> {
  const called = new Set<string>();
  const { hostname, port } = new URL(api);
  const server = createServer((incoming, outgoing) => {
    const { url = '/', method, headers } = incoming;
    // A connection for each: one that is kept may be closed just as it is used.
    const sent = request({
      agent: false,
      hostname,
      port,
      path: url,
      method,
      headers: { ...headers, host: `${hostname}:${port}` },
    });
    sent.on('response', (answer) => {
      if (answer.statusCode === 200) called.add(url.replace(/^\/api\/v0\//, '').replace(/\?.*$/s, ''));
      outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(outgoing);
      answer.on('error', () => outgoing.destroy());
    });
    sent.on('error', () => outgoing.destroy());
    incoming.pipe(sent);
  });
  server.keepAliveTimeout = 120_000;
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  return {
    api: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    called,
    close() {
      server.closeAllConnections();
      return new Promise((done) => server.close(() => done()));
    },
  };
}
