import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { describe, test } from 'vitest';
import { startNode } from './node.ts';

/** A running node of either kind, as far as the tests of both know it. */
export type AnyNode = { api: string; gateway: string; stop(): Promise<unknown> };

export type NodeKind = {
  kind: 'embedded' | 'kubo';
  /** Starts one on free ports, with its repo in this folder. */
  start(dir: string): Promise<AnyNode>;
};

/** Tests that hold for every node: the embedded one, and real Kubo where KUBO_BINARY names it. */
export function describeOnEachNode(title: string, tests: (node: NodeKind) => void): void {
  describe(`${title}: the embedded node`, () => tests({ kind: 'embedded', start: startNode }));
  const binary = process.env['KUBO_BINARY'];
  if (binary)
    describe(`${title}: Kubo`, () => tests({ kind: 'kubo', start: (dir) => startRealKubo(binary, dir) }));
  else
    describe(`${title}: Kubo`, () => {
      test.skip('left out: set KUBO_BINARY to the ipfs program to run it', () => {});
    });
}

/** Not by the code that devnets use: what that does wrong must not hide here. */
async function startRealKubo(binary: string, dir: string): Promise<AnyNode> {
  const env = { PATH: process.env['PATH'], HOME: dir, IPFS_PATH: dir, IPFS_TELEMETRY: 'off' };
  execFileSync(binary, ['init', '--empty-repo', '--profile=test'], { env, stdio: 'pipe' });
  const file = `${dir}/config`;
  const config = JSON.parse(readFileSync(file, 'utf8')) as Record<string, Record<string, unknown>>;
  const [api, gateway] = await freePorts();
  config['Addresses'] = {
    Swarm: [],
    API: `/ip4/127.0.0.1/tcp/${api}`,
    Gateway: `/ip4/127.0.0.1/tcp/${gateway}`,
  };
  config['AutoConf'] = { Enabled: false };
  config['DNS'] = { Resolvers: {} };
  config['Ipns'] = { ...config['Ipns'], DelegatedPublishers: [] };
  config['Routing'] = { ...config['Routing'], Type: 'none', DelegatedRouters: [] };
  config['Gateway'] = { ...config['Gateway'], NoFetch: true };
  writeFileSync(file, JSON.stringify({ ...config, Bootstrap: [] }));
  const child = spawn(binary, ['daemon', '--offline'], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = once(child, 'exit');
  let said = '';
  await new Promise<void>((ready, fail) => {
    for (const output of [child.stdout, child.stderr])
      output.on('data', (chunk: Buffer) => {
        said += chunk.toString();
        if (/Daemon is ready/.test(said)) ready();
      });
    child.on('error', fail);
    void ended.then(() => fail(new Error(`Kubo did not start: ${said}`)));
  });
  return {
    api: `http://127.0.0.1:${api}`,
    gateway: `http://127.0.0.1:${gateway}`,
    async stop() {
      if (child.exitCode === null) child.kill('SIGTERM');
      await ended;
    },
  };
}

async function freePorts(): Promise<number[]> {
  const servers = [createServer(), createServer()];
  const ports: number[] = [];
  for (const server of servers) {
    await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
    ports.push((server.address() as AddressInfo).port);
  }
  for (const server of servers) server.close();
  return ports;
}
