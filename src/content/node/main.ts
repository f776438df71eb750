/**
 * The embedded content node as a process of its own:
 *
 *   node main.js --repo DIR [--api-port N] [--gateway-port N] [--api-host 127.0.0.1] [--exit-with-stdin]
 *                [--gc-grace SECONDS]
 *
 * One line of JSON on stdout says that it listens ({"ready":true, api, gateway, peerId, pid}) or why it
 * cannot ({"ready":false, error}). Port 0 takes a free one. Logs go to stderr. SIGTERM and SIGINT end it.
 */
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { SaharaError } from '../../base/errors.ts';
import { gatewayServer } from './gateway.ts';
import { openNode } from './node.ts';
import { rpcServer } from './rpc-server.ts';

// Who reads our output may die before us; then nobody is told, but the store is still closed in good order.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});

const log = (message: string): void => {
  process.stderr.write(`${new Date().toISOString()} ${message}\n`);
};

/** How long open requests may take to finish once we were told to stop. Milliseconds. */
const GRACE_MS = 3_000;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      repo: { type: 'string' },
      'api-port': { type: 'string', default: '0' },
      'gateway-port': { type: 'string', default: '0' },
      'api-host': { type: 'string', default: '127.0.0.1' },
      'gc-grace': { type: 'string' },
      'exit-with-stdin': { type: 'boolean', default: false },
    },
  });
  if (values.repo === undefined) throw new Error('--repo is missing');
  const host = values['api-host'];
  if (!/^(127(\.\d{1,3}){3}|::1|localhost)$/.test(host)) {
    throw new Error(`--api-host ${host}: the RPC is admin power and listens on this machine only`);
  }
  const grace = values['gc-grace'];
  if (grace !== undefined && !/^\d{1,6}$/.test(grace))
    throw new Error(`--gc-grace is in seconds, not ${grace}`);
  const graceMs = grace === undefined ? undefined : Number(grace) * 1000;
  const node = await openNode(resolve(values.repo), log, { graceMs });
  const api = rpcServer(node, log);
  const gateway = gatewayServer(node, log);
  try {
    const apiUrl = await listen(api, host, port(values['api-port']));
    const gatewayUrl = await listen(gateway, host, port(values['gateway-port']));
    say({ ready: true, api: apiUrl, gateway: gatewayUrl, peerId: node.peer.id, pid: process.pid });
    log(`listening on ${apiUrl} and ${gatewayUrl}`);
  } catch (error) {
    api.close();
    await node.close();
    throw error;
  }

  let stopping = false;
  const stop = (why: string) => {
    if (stopping) return;
    stopping = true;
    log(`stopping: ${why}`);
    setTimeout(() => {
      api.closeAllConnections();
      gateway.closeAllConnections();
    }, GRACE_MS).unref();
    Promise.all([closed(api), closed(gateway)])
      .then(() => node.close())
      .then(
        () => process.exit(0),
        (error) => {
          log(String(error));
          process.exit(1);
        },
      );
  };
  process.on('SIGTERM', () => stop('SIGTERM'));
  process.on('SIGINT', () => stop('SIGINT'));
  if (values['exit-with-stdin']) {
    for (const event of ['end', 'close']) process.stdin.on(event, () => stop('stdin was closed'));
    process.stdin.on('error', () => stop('stdin failed'));
    process.stdin.resume();
  }
}

function port(text: string): number {
  const number = Number(text);
  if (!/^\d+$/.test(text) || number > 65535) throw new Error(`not a port: ${text}`);
  return number;
}

function listen(server: Server, host: string, port: number): Promise<string> {
  return new Promise((ready, fail) => {
    server.once('error', fail);
    server.listen({ host, port, exclusive: true }, () => {
      server.off('error', fail);
      const address = server.address() as AddressInfo;
      const name = address.family === 'IPv6' ? `[${address.address}]` : address.address;
      ready(`http://${name}:${address.port}`);
    });
  });
}

function closed(server: Server): Promise<void> {
  return new Promise((done) => {
    server.close(() => done());
    server.closeIdleConnections();
  });
}

function say(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}

main().catch((error: NodeJS.ErrnoException & { port?: number }) => {
  const code = error instanceof SaharaError ? error.id : (error.code ?? 'FAILED');
  const port = error.port === undefined ? {} : { port: error.port };
  const path = error.path === undefined ? {} : { path: error.path };
  const params = error instanceof SaharaError ? { params: error.params } : {};
  say({ ready: false, error: { code, message: error.message, ...port, ...path, ...params } });
  log(error.stack ?? error.message);
  process.exitCode = 1;
});
