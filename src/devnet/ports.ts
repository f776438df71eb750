import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';

/** Ports that a devnet takes when they are free and nobody asked for others. */
export const PREFERRED_PORTS = { rpc: 8545, api: 5001, gateway: 8080 } as const;

/** True when we could listen there on loopback now. */
export function isPortFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => server.close(() => resolve(true)));
  });
}

/**
 * A port that nobody listens on now, of those that the system gives away.
 *
 * @param besides one that is spoken for, though nobody listens on it yet
 */
export function freePort(besides?: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen({ port: 0, host: '127.0.0.1', exclusive: true }, () => {
      const { port } = server.address() as AddressInfo;
      // Asked for while this one is held, so that the next is another.
      const other = port === besides ? freePort(besides) : port;
      server.close(() => resolve(other));
    });
  });
}

/** The preferred port when it is free, else 0: let the system choose. */
export async function preferOrAny(port: number): Promise<number> {
  return (await isPortFree(port)) ? port : 0;
}

/** True for a service's own words that somebody else took its port first. */
export function isPortRace(message: string): boolean {
  return /in use|EADDRINUSE/i.test(message);
}

/** Who listens on a loopback port, as "name (pid 123)"; null where the system does not tell us. */
export function portOwner(port: number): string | null {
  if (process.platform !== 'linux') return null;
  try {
    const inode = ['/proc/net/tcp', '/proc/net/tcp6']
      .map((table) => listeningInode(table, port))
      .find((i) => i !== null);
    if (!inode) return null;
    for (const pid of readdirSync('/proc').filter((d) => /^\d+$/.test(d)))
      if (holdsSocket(pid, inode)) return `${readFileSync(`/proc/${pid}/comm`, 'utf8').trim()} (pid ${pid})`;
  } catch {
    // Another user's processes cannot be looked into; not knowing is an answer.
  }
  return null;
}

function listeningInode(table: string, port: number): string | null {
  const wanted = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  for (const line of readFileSync(table, 'utf8').split('\n').slice(1)) {
    const fields = line.trim().split(/\s+/);
    if (fields[1]?.endsWith(wanted) && fields[3] === '0A') return fields[9] ?? null;
  }
  return null;
}

function holdsSocket(pid: string, inode: string): boolean {
  try {
    return readdirSync(`/proc/${pid}/fd`).some((fd) => {
      try {
        return readlinkSync(`/proc/${pid}/fd/${fd}`) === `socket:[${inode}]`;
      } catch {
        return false;
      }
    });
  } catch {
    return false;
  }
}
