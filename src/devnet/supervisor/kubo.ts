import { existsSync, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { execa } from 'execa';
import { SaharaError } from '../../base/errors.ts';
import type { DevnetPaths } from '../paths.ts';
import { isPortFree } from '../ports.ts';
import type { ContentService } from './content.ts';
import { spawnService } from './service.ts';

const START_TIMEOUT_MS = 30_000;

/** The Kubo program: $KUBO_BINARY, else `ipfs` on PATH. */
export function findKubo(env: NodeJS.ProcessEnv = process.env): string | undefined {
  const named = env['KUBO_BINARY'];
  if (named) return isProgram(named) ? named : undefined;
  const file = process.platform === 'win32' ? 'ipfs.exe' : 'ipfs';
  return (env['PATH'] ?? '')
    .split(delimiter)
    .filter(Boolean)
    .map((folder) => join(folder, file))
    .find(isProgram);
}

function isProgram(path: string): boolean {
  return existsSync(path) && statSync(path).isFile();
}

/** Runs Kubo with a repo of its own, offline and on loopback. */
export async function startKubo(
  binary: string,
  paths: DevnetPaths,
  ports: { api: number; gateway: number },
): Promise<ContentService> {
  const env = {
    PATH: process.env['PATH'],
    HOME: process.env['HOME'],
    IPFS_PATH: paths.kuboRepo,
    IPFS_TELEMETRY: 'off',
  };
  const ipfs = (...args: string[]) =>
    execa(binary, args, { env, extendEnv: false, timeout: START_TIMEOUT_MS });
  const apiPort = ports.api || (await freePort());
  const gatewayPort = ports.gateway || (await freePort());
  try {
    if (!existsSync(join(paths.kuboRepo, 'config'))) await ipfs('init', '--empty-repo', '--profile=server');
    await ipfs('config', 'Addresses.API', `/ip4/127.0.0.1/tcp/${apiPort}`);
    await ipfs('config', 'Addresses.Gateway', `/ip4/127.0.0.1/tcp/${gatewayPort}`);
    await ipfs('config', '--json', 'Addresses.Swarm', '[]');
    await ipfs('config', '--json', 'Bootstrap', '[]');
    await ipfs('config', '--json', 'AutoConf.Enabled', 'false').catch(() => undefined);
    const { stdout: peerId } = await ipfs('config', 'Identity.PeerID');
    const service = spawnService(binary, ['daemon', '--offline'], paths.logs.content, env);
    try {
      await service.firstLine(/Daemon is ready/, START_TIMEOUT_MS);
    } catch (error) {
      await service.stop();
      throw error;
    }
    return {
      service,
      info: {
        kind: 'kubo',
        process: service.identity,
        api: `http://127.0.0.1:${apiPort}`,
        gateway: `http://127.0.0.1:${gatewayPort}`,
        peerId,
      },
    };
  } catch (error) {
    throw new SaharaError(
      'DEVNET_START_FAILED',
      { reason: `Kubo: ${(error as Error).message}`, log: paths.logs.content },
      { cause: error },
    );
  }
}

async function freePort(): Promise<number> {
  for (let tries = 0; tries < 50; tries++) {
    const port = 20_000 + Math.floor(Math.random() * 40_000);
    if (await isPortFree(port)) return port;
  }
  throw new Error('no free port was found');
}
