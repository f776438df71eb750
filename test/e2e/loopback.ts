import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Door = { url: string; close(): void };

/** Opens a server on a free port of this machine. */
export async function openOnLoopback(server: Server): Promise<Door> {
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
