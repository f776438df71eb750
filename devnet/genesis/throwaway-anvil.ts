/** A short-lived anvil on a free loopback port, for generating and for checking the genesis state. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export type Rpc = (method: string, params?: readonly unknown[]) => Promise<unknown>;

export interface ThrowawayAnvil extends AsyncDisposable {
  readonly url: string;
  readonly rpc: Rpc;
  /** Milliseconds from spawn to the first answer. */
  readonly readyAfter: number;
}

const PLATFORMS: Readonly<Record<string, string>> = { linux: 'linux', darwin: 'darwin', win32: 'win32' };
const ARCHITECTURES: Readonly<Record<string, string>> = { x64: 'amd64', arm64: 'arm64' };

/** The binary itself, not the launcher around it: killing the launcher would leave the binary running. */
export function anvilBinary(): string {
  const platform = `${PLATFORMS[process.platform]}-${ARCHITECTURES[process.arch]}`;
  const found = createRequire(import.meta.url).resolve(`@foundry-rs/anvil-${platform}/package.json`);
  return join(dirname(found), 'bin', process.platform === 'win32' ? 'anvil.exe' : 'anvil');
}

async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('No free port.');
  return address.port;
}

function rpcTo(url: string): Rpc {
  return async (method, params = []) => {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
    });
    const answer = (await response.json()) as { result?: unknown; error?: { message: string } };
    if (answer.error !== undefined) throw new Error(`${method}: ${answer.error.message}`);
    return answer.result;
  };
}

/** Starts anvil with `args`, waits until it answers (10 s at most), and kills it when disposed of. */
export async function startAnvil(args: readonly string[] = []): Promise<ThrowawayAnvil> {
  const port = await freePort();
  const begun = performance.now();
  const child = spawn(anvilBinary(), ['--host', '127.0.0.1', '--port', `${port}`, '--quiet', ...args], {
    stdio: 'ignore',
  });
  const gone = once(child, 'exit');
  const url = `http://127.0.0.1:${port}`;
  const rpc = rpcTo(url);
  for (;;) {
    const answered = await rpc('eth_chainId').then(
      () => true,
      () => false,
    );
    if (answered) break;
    if (child.exitCode !== null) throw new Error(`anvil ended with exit code ${child.exitCode}.`);
    if (performance.now() - begun > 10_000) {
      child.kill('SIGKILL');
      throw new Error('anvil gave no answer within 10 s.');
    }
    await sleep(5);
  }
  return {
    url,
    rpc,
    readyAfter: performance.now() - begun,
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGKILL');
      await gone;
    },
  };
}
